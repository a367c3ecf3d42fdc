/** --ui: which reporters show the run, and where. */

import type { UiName, UiTarget } from '../types.js';
import { type Given, parseChoice, quote, usageError } from './given.js';

export const UI_NAMES = ['live', 'text', 'log', 'json', 'none'] as const satisfies readonly UiName[];
/** The original's name of its live UI. */
const LIVE_ALIAS = 'notty';

interface ParsedUi {
  readonly ui: UiTarget;
  readonly notices: readonly string[];
}

/** `hasScreen`: stdout is a terminal that a screen can be drawn on. Without one, text stands in for the live
 *  UI, and a notice says so where it was asked for. Throws ERR_CONNTEST_USAGE. */
export function parseUis(
  given: readonly Given[],
  hasScreen: boolean,
): { uis: readonly UiTarget[]; notices: readonly string[] } {
  if (given.length === 0) return { uis: [{ name: hasScreen ? 'live' : 'text', file: null }], notices: [] };
  const parsed = given.map((one) => parseUi(one, hasScreen));
  const uis = parsed.map(({ ui }) => ui);
  given.forEach((one, index) => {
    const { file } = uis[index]!;
    if (uis.findIndex((other) => other.file === file) !== index) throw writtenTwice(one, file);
  });
  return { uis, notices: parsed.flatMap(({ notices }) => notices) };
}

function parseUi(given: Given, hasScreen: boolean): ParsedUi {
  const split = given.text.indexOf('=');
  const word = split === -1 ? given.text : given.text.slice(0, split);
  const file = split === -1 ? null : given.text.slice(split + 1);
  if (file === '') throw usageError(given, "the file's name is missing; write e.g. json=run.jsonl");
  const name = parseChoice({ ...given, text: word }, [...UI_NAMES, LIVE_ALIAS]);
  if (name === 'none' && file !== null)
    throw usageError(given, 'writes nothing, so it needs no file; write none');
  return name === 'live' || name === LIVE_ALIAS
    ? parseLive(given, name, file, hasScreen)
    : { ui: { name, file }, notices: [] };
}

function parseLive(given: Given, name: string, file: string | null, hasScreen: boolean): ParsedUi {
  if (file !== null) throw usageError(given, `a file is no screen; write ${name}, or text=FILE`);
  if (hasScreen) return { ui: { name: 'live', file }, notices: [] };
  const notice = `${given.label} ${name}: the output is no terminal; using text`;
  return { ui: { name: 'text', file }, notices: [notice] };
}

function writtenTwice(given: Given, file: string | null): Error {
  if (file !== null) return usageError(given, `${quote(file)} is another one's file already; write another`);
  return usageError(
    given,
    'another one is on the terminal already; give all but one a file, as in json=run.jsonl',
  );
}
