/** --ui none: shows nothing; the exit code tells how it went. */
import type { ReporterFactory } from './reporter.js';

export const createNoneReporter: ReporterFactory = () => ({
  ignoresSnapshots: true,
  handleEvent() {},
  handleSnapshot() {},
  handleSummary() {},
});
