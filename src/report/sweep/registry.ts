import { CsvSweepReporter } from './csv.js';
import { JsonSweepReporter } from './json.js';
import type { SweepReporter, SweepReportSettings } from './reporter.js';
import { TextSweepReporter } from './text.js';

const REPORTERS = {
  text: (settings: SweepReportSettings) => new TextSweepReporter(settings),
  json: () => new JsonSweepReporter(),
  csv: () => new CsvSweepReporter(),
  none: () => ({ head: () => [], event: () => [], end: () => [] }),
} as const;

export function createSweepReporter(
  ui: keyof typeof REPORTERS,
  settings: SweepReportSettings,
): SweepReporter {
  return REPORTERS[ui](settings);
}
