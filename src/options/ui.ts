/** --ui: which reporters show the run, and where. */
import { type Given, parseChoice, quote, usageError } from './given.js';
import type { UiName, UiTarget } from './types.js';

const UI_NAMES = ['text', 'log', 'json', 'none'] as const satisfies readonly UiName[];
/** `notty` is the original's name of its live UI. */
const LIVE_NAMES = ['live', 'notty'] as const;

/** Without any the run is shown as text. Throws ERR_CONNTEST_USAGE. The live UI is not built yet: text stands in,
 *  and a notice says so. */
export function parseUis(given: readonly Given[]): { uis: readonly UiTarget[]; notices: readonly string[] } {
  if (given.length === 0) return { uis: [{ name: 'text', file: null }], notices: [] };
  const parsed = given.map(parseUi);
  const uis = parsed.map(({ ui }) => ui);
  given.forEach((one, index) => {
    const { file } = uis[index]!;
    if (uis.findIndex((other) => other.file === file) !== index) throw writtenTwice(one, file);
  });
  return { uis, notices: parsed.flatMap(({ notices }) => notices) };
}

function parseUi(given: Given): { ui: UiTarget; notices: readonly string[] } {
  const split = given.text.indexOf('=');
  const word = split === -1 ? given.text : given.text.slice(0, split);
  const file = split === -1 ? null : given.text.slice(split + 1);
  if (file === '') throw usageError(given, "the file's name is missing; write e.g. json=run.jsonl");
  const name = parseChoice({ ...given, text: word }, [...UI_NAMES, ...LIVE_NAMES]);
  if (name === 'none' && file !== null)
    throw usageError(given, 'writes nothing, so it needs no file; write none');
  if (name !== 'live' && name !== 'notty') return { ui: { name, file }, notices: [] };
  const notice = `${given.label} ${name}: the live UI is not built yet; using text`;
  return { ui: { name: 'text', file }, notices: [notice] };
}

function writtenTwice(given: Given, file: string | null): Error {
  if (file !== null) return usageError(given, `${quote(file)} is another one's file already; write another`);
  return usageError(
    given,
    'another one is on the terminal already; give all but one a file, as in json=run.jsonl',
  );
}
