/** What the keys do. */
import { cutLine, EMPTY_LINE, type Line, lengthOf, type Span, span } from './line.js';

export interface KeyHelp {
  readonly key: string;
  readonly word: string;
  readonly help: string;
}

/** In the footer the first ones stay longest. */
export const RUN_KEYS: readonly KeyHelp[] = [
  { key: 'q', word: 'end', help: 'ends with the summary, as Ctrl-C; again: at once' },
  { key: '?', word: 'help', help: 'shows this, and hides it' },
  { key: 'b', word: 'bandwidth', help: 'switches bandwidth monitoring on and off' },
  { key: 'r', word: 'reconnect', help: 'closes and connects again, now' },
  { key: 'x', word: 'drop', help: 'closes until r' },
  { key: 's', word: 'sort', help: 'sorts: as given, name, trouble, latency, rate' },
  { key: 'p', word: 'pause', help: 'stops the screen, but not the run' },
  { key: 'arrows', word: 'select', help: 'select; so do j, k, page keys, Home, End' },
];

/** Of a run that is over: nothing can be asked of it, but its time goes as one likes. */
export const REPLAY_KEYS: readonly KeyHelp[] = [
  { key: 'q', word: 'end', help: 'ends, as Ctrl-C' },
  { key: '?', word: 'help', help: 'shows this, and hides it' },
  { key: 'space', word: 'stop', help: 'stops, and goes on; at the end from the start' },
  { key: '<-', word: '-10 s', help: '10 s back; so does the key ->, the other way' },
  { key: '->', word: '+10 s', help: '10 s on' },
  { key: '[', word: '-1 min', help: 'a minute back' },
  { key: ']', word: '+1 min', help: 'a minute on' },
  { key: '+ -', word: 'speed', help: 'faster, slower' },
  { key: 'g G', word: 'start, end', help: 'to the start, to the end' },
  { key: 's', word: 'sort', help: 'sorts: as given, name, trouble, latency, rate' },
  { key: 'arrows', word: 'select', help: 'up and down select; so do j, k, page keys' },
];

const KEY_CHARS = 8;

/** As many keys as find room. */
export function keysLine(keys: readonly KeyHelp[], width: number): Line {
  let line: Span[] = [span(' ')];
  for (const { key, word } of keys) {
    const longer = [...line, span(key, 'emphasis'), span(` ${word}  `, 'faint')];
    if (lengthOf(longer) > width) break;
    line = longer;
  }
  return line;
}

export function helpLines(keys: readonly KeyHelp[], width: number): Line[] {
  const keyLines = keys.map(({ key, help }) => [span(`   ${key.padEnd(KEY_CHARS)}`, 'emphasis'), span(help)]);
  const more = [
    'latnc    half the round trip; p50, p99: of the run',
    'p99load  p99 while data of a phase was moving',
    'up       from client to server, data bytes only',
    'down     from server to client; receivers count',
    'charts   rates of the last minute, on one scale;',
    '         where the latencies lie, min to max',
  ].map((text) => [span(`   ${text}`)]);
  return [
    EMPTY_LINE,
    [span(' Keys', 'strong')],
    ...keyLines,
    EMPTY_LINE,
    [span(' Figures', 'strong')],
    ...more,
  ].map((line) => cutLine(line, width));
}
