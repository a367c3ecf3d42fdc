/** --ui: which reporter shows the run. */
import { type Given, parseChoice } from './given.js';
import type { UiName } from './types.js';

export const UI_NAMES = ['live', 'text', 'log', 'json', 'none'] as const satisfies readonly UiName[];
/** The original's name of its live UI. */
const LIVE_ALIAS = 'notty';

/** `hasScreen`: stdout is a terminal that a screen can be drawn on. Without one, text stands in for the live
 *  UI, and a notice says so where it was asked for. Throws ERR_CONNTEST_USAGE. */
export function parseUi(
  given: Given | undefined,
  hasScreen: boolean,
): { ui: UiName; notices: readonly string[] } {
  if (given === undefined) return { ui: hasScreen ? 'live' : 'text', notices: [] };
  const name = parseChoice(given, [...UI_NAMES, LIVE_ALIAS]);
  const ui = name === LIVE_ALIAS ? 'live' : name;
  if (ui !== 'live' || hasScreen) return { ui, notices: [] };
  return { ui: 'text', notices: [`${given.label} ${name}: the output is no terminal; using text`] };
}
