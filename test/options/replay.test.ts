import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseReplay } from '../../src/options/replay.js';
import { assertRefused, given } from './fixture.js';

function parse(texts: Readonly<Record<string, string>> = {}, hasScreen = true) {
  const entries = Object.entries(texts).map(([name, text]) => [name, given(text)] as const);
  return parseReplay({ texts: new Map(entries), bits: false }, {}, hasScreen);
}

test('on a terminal it is the screen at the pace of the run, elsewhere the tables at once', () => {
  const { ui, speed } = parse();
  assert.deepEqual([ui, speed], ['live', 1]);
  const elsewhere = parse({}, false);
  assert.deepEqual([elsewhere.ui, elsewhere.speed], ['text', null]);
  assert.equal(parse({ ui: 'text', speed: '2.5' }).speed, 2.5);
  assert.equal(parse({ speed: '10x' }).speed, 10);
});

test('what cannot be done is refused', () => {
  assertRefused(
    () => parse({ ui: 'live' }, false),
    "--it 'live': it needs a terminal; write --ui text, or leave it out",
  );
  assertRefused(() => parse({ ui: 'txt' }), "--it 'txt': not one of live, text; did you mean 'text'?");
  const range = 'write 0.1 to 1000, as in 10 for ten times as fast';
  assertRefused(() => parse({ speed: 'fast' }), `--it 'fast': not a number; ${range}`);
  assertRefused(() => parse({ speed: '0' }), `--it '0': out of range; ${range}`);
  assertRefused(() => parse({ speed: '5000' }), `--it '5000': out of range; ${range}`);
});
