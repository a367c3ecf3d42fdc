/** Whether the text UIs may use colour: the option first, then what the environment's conventions say. */
import type { Environment } from '../environment.js';
import type { ColorMode } from '../types.js';
import { type Given, parseChoice } from './given.js';

export const COLOR_MODES = ['auto', 'always', 'never'] as const satisfies readonly ColorMode[];

/** FORCE_COLOR is asked before NO_COLOR (no-color.org), in Node's own order (tty.getColorDepth).
 *  Throws ERR_CONNTEST_USAGE. */
export function parseColor(given: Given | undefined, env: Environment): ColorMode {
  if (given !== undefined) return parseChoice(given, COLOR_MODES);
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) return forced === '0' || forced === 'false' ? 'never' : 'always';
  return env.NO_COLOR === undefined || env.NO_COLOR === '' ? 'auto' : 'never';
}
