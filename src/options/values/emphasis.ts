/** --ui-emphasis: one of the 16 ANSI colours, or none. */
import { type Given, usageError } from './given.js';
import { didYouMean } from './nearest.js';

const HUES = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;
export const EMPHASIS_NAMES: readonly string[] = ['none', ...HUES, ...HUES.map((hue) => `bright-${hue}`)];

/** Reads `red` and `bright-red`, and the spellings of other tools: `lightred`, `light-red`, `redBright`,
 *  `gray`. Gives `none` or chalk's name of the colour (`red`, `redBright`). Throws ERR_CONNTEST_USAGE. */
export function parseEmphasis(given: Given): string {
  const name = canonicalName(given.text.toLowerCase());
  if (!EMPHASIS_NAMES.includes(name)) {
    throw usageError(
      given,
      `not a colour; write none, ${HUES.join(', ')} or bright- with one of them${didYouMean(name, EMPHASIS_NAMES)}`,
    );
  }
  return name.startsWith('bright-') ? `${name.slice('bright-'.length)}Bright` : name;
}

function canonicalName(word: string): string {
  if (word === 'gray' || word === 'grey') return 'bright-black';
  const [, hue] = /^(?:light|bright)-?([a-z]+)$/.exec(word) ?? /^([a-z]+)bright$/.exec(word) ?? [];
  return hue === undefined ? word : `bright-${hue}`;
}
