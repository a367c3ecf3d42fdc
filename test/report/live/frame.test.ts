import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Frames } from '../../../src/report/live/frame.js';
import { type Line, span } from '../../../src/report/live/line.js';
import { createPaint } from '../../../src/report/print/palette.js';

const LINES: readonly Line[] = [[span('one')], [span('two', 'bad')], [span('three')]];
const NO_PAINT = createPaint(false, 'none');

test('the first frame clears the screen and draws every line', () => {
  const drawn = new Frames(NO_PAINT).draw(LINES);
  assert.equal(
    drawn,
    '\u001b[?2026h\u001b[2J\u001b[1;1Hone\u001b[K\u001b[2;1Htwo\u001b[K\u001b[3;1Hthree\u001b[K\u001b[?2026l',
  );
});

test('the next ones draw what has changed only, and nothing where nothing has', () => {
  const frames = new Frames(NO_PAINT);
  frames.draw(LINES);
  assert.equal(frames.draw(LINES), '');
  const changed = [LINES[0]!, [span('2')], LINES[2]!];
  assert.equal(frames.draw(changed), '\u001b[?2026h\u001b[2;1H2\u001b[K\u001b[?2026l');
});

test('a change of colour alone is a change', () => {
  const frames = new Frames(createPaint(true, 'none'));
  frames.draw(LINES);
  const drawn = frames.draw([LINES[0]!, [span('two', 'good')], LINES[2]!]);
  assert.ok(drawn.includes('\u001b[2;1H\u001b[32mtwo'), drawn);
});

test('after the screen was lost all of it is drawn again', () => {
  const frames = new Frames(NO_PAINT);
  const first = frames.draw(LINES);
  frames.forget();
  assert.equal(frames.draw(LINES), first);
});

test('each of the 16 colours, and none, is how names and the selected row are shown', () => {
  const hues = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];
  const codes = [
    ...hues.map((hue, i) => [hue, 30 + i] as const),
    ...hues.map((hue, i) => [`${hue}Bright`, 90 + i] as const),
  ];
  for (const [name, code] of codes) {
    const paint = createPaint(true, name);
    assert.match(paint('emphasis', 'x'), new RegExp(`\\[${code}m`), name);
    assert.match(paint('selected', 'x'), new RegExp(`\\[${code}m.*\\[7m`), name);
  }
  assert.equal(createPaint(true, 'none')('emphasis', 'x'), '\u001b[1mx\u001b[22m');
});
