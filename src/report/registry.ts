/** The UIs by name. Each is loaded only when chosen: colours and tables cost start-up time that
 *  `--help` and `--ui json` need not pay. */
import type { ReporterFactory } from './reporter.js';

const LOADERS = {
  live: async () => (await import('./live/live.js')).createLiveReporter,
  text: async () => (await import('./text.js')).createTextReporter,
  log: async () => (await import('./log.js')).createLogReporter,
  json: async () => (await import('./json.js')).createJsonReporter,
  csv: async () => (await import('./csv.js')).createCsvReporter,
  hdrLog: async () => (await import('./hdr-log.js')).createHdrLogReporter,
  none: async () => (await import('./none.js')).createNoneReporter,
} as const satisfies Record<string, () => Promise<ReporterFactory>>;

export type ReporterName = keyof typeof LOADERS;

export function loadReporter(name: ReporterName): Promise<ReporterFactory> {
  return LOADERS[name]();
}
