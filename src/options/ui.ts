/** --ui: which reporter shows the run. */
import { type Given, parseChoice } from './given.js';
import type { UiName } from './types.js';

const UI_NAMES = ['text', 'log', 'json', 'none'] as const satisfies readonly UiName[];
/** `notty` is the original's name of its live UI. */
const LIVE_NAMES = ['live', 'notty'] as const;

/** Throws ERR_CONNTEST_USAGE. The live UI is not built yet: text stands in, and a notice says so. */
export function parseUi(given: Given | undefined): { ui: UiName; notices: readonly string[] } {
  if (given === undefined) return { ui: 'text', notices: [] };
  const name = parseChoice(given, [...UI_NAMES, ...LIVE_NAMES]);
  if (name !== 'live' && name !== 'notty') return { ui: name, notices: [] };
  return { ui: 'text', notices: [`${given.label} ${name}: the live UI is not built yet; using text`] };
}
