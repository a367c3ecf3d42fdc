/** Bytes of a terminal in raw mode -> keys. */

export type Key =
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'page-up'
  | 'page-down'
  | 'home'
  | 'end'
  | 'escape'
  | 'ctrl-c'
  | 'ctrl-l'
  | 'ctrl-z'
  /** A printable character. */
  | { readonly char: string };

/** As xterm, the Linux console and tmux send them, with cursor keys in either mode. */
const SEQUENCES: Readonly<Record<string, Key>> = {
  '[A': 'up',
  OA: 'up',
  '[B': 'down',
  OB: 'down',
  '[C': 'right',
  OC: 'right',
  '[D': 'left',
  OD: 'left',
  '[5~': 'page-up',
  '[6~': 'page-down',
  '[H': 'home',
  OH: 'home',
  '[1~': 'home',
  '[7~': 'home',
  '[F': 'end',
  OF: 'end',
  '[4~': 'end',
  '[8~': 'end',
};

const CONTROLS: Readonly<Record<string, Key>> = {
  '\u0003': 'ctrl-c',
  '\u000c': 'ctrl-l',
  '\u001a': 'ctrl-z',
  '\u001b': 'escape',
};

const ESCAPE = '\u001b';
/** A sequence as ECMA-48 §5.4 forms it, or of a cursor key in application mode; else one character. */
const INPUT = new RegExp(`${ESCAPE}(\\[[0-?]*[ -/]*[@-~]|O[ -~])|.`, 'gsu');

/** Keys in the order in which they were pressed; sequences that mean nothing here are left out. A terminal
 *  writes a sequence whole, so that an escape alone is the key. */
export function decodeKeys(input: string): Key[] {
  return [...input.matchAll(INPUT)].flatMap(([text, sequence]) => {
    if (sequence !== undefined) return SEQUENCES[sequence] ?? [];
    return CONTROLS[text] ?? (/^[ -~]$/.test(text) ? { char: text } : []);
  });
}
