/** What the keys do. */
import { cutLine, EMPTY_LINE, type Line, lengthOf, type Span, span } from './line.js';

/** In the footer the first ones stay longest. */
const KEYS: readonly { readonly key: string; readonly word: string; readonly help: string }[] = [
  { key: 'q', word: 'end', help: 'ends the run with its summary; once more: at once (as Ctrl-C)' },
  { key: '?', word: 'help', help: 'shows this, and hides it' },
  { key: 'b', word: 'bandwidth', help: 'measures the bandwidth of the selected connection, or stops that' },
  { key: 'r', word: 'reconnect', help: 'connects the selected connection again, at once' },
  { key: 'x', word: 'drop', help: 'closes the selected connection until r' },
  { key: 's', word: 'sort', help: 'as given, by name, trouble, latency, rate' },
  { key: 'p', word: 'pause', help: 'stops the screen, not the run' },
  { key: 'arrows', word: 'select', help: 'select a connection; also j and k, the page keys, Home and End' },
];

const KEY_CHARS = 8;

/** As many keys as find room. */
export function keysLine(width: number): Line {
  let line: Span[] = [span(' ')];
  for (const { key, word } of KEYS) {
    const longer = [...line, span(key, 'emphasis'), span(` ${word}  `, 'faint')];
    if (lengthOf(longer) > width) break;
    line = longer;
  }
  return line;
}

export function helpLines(width: number): Line[] {
  const keys = KEYS.map(({ key, help }) => [span(`   ${key.padEnd(KEY_CHARS)}`, 'emphasis'), span(help)]);
  const more = [
    'latnc is half the round trip, the newest one; p50 and p99 are over the whole run.',
    'up is from client to server, down from server to client: what the receiver counted.',
    'Charts: the rates of the last minute on one scale, and where the latencies lie.',
  ].map((text) => [span(`   ${text}`)]);
  return [
    EMPTY_LINE,
    [span(' Keys', 'strong')],
    ...keys,
    EMPTY_LINE,
    [span(' Figures', 'strong')],
    ...more,
  ].map((line) => cutLine(line, width));
}
