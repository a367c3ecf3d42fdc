import { CsvProbeReporter } from './csv.js';
import { JsonProbeReporter } from './json.js';
import type { ProbeReporter, ProbeReportSettings } from './reporter.js';
import { TextProbeReporter } from './text.js';

const REPORTERS = {
  text: (settings: ProbeReportSettings) => new TextProbeReporter(settings),
  json: () => new JsonProbeReporter(),
  csv: () => new CsvProbeReporter(),
  none: () => ({ head: () => [], round: () => [] }),
} as const;

export function createProbeReporter(
  ui: keyof typeof REPORTERS,
  settings: ProbeReportSettings,
): ProbeReporter {
  return REPORTERS[ui](settings);
}
