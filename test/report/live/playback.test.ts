import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Key } from '../../../src/report/live/keys.js';
import { lengthOf } from '../../../src/report/live/line.js';
import { advance, handlePlaybackKey, type Playback, timeLine } from '../../../src/report/live/playback.js';

const BOUNDS = { startMs: 1000, endMs: 601_000 };
const MIDDLE: Playback = { positionMs: 301_000, speed: 1, isPlaying: true };

function press(playback: Playback, ...keys: readonly Key[]): Playback {
  return keys.reduce((state, key) => handlePlaybackKey(state, key, BOUNDS) ?? state, playback);
}

function char(...chars: readonly string[]): Key[] {
  return chars.map((one) => ({ char: one }));
}

test('keys go ten seconds, a minute, and to both ends, and never beyond these', () => {
  const at = (...keys: readonly Key[]) => press(MIDDLE, ...keys).positionMs - BOUNDS.startMs;
  assert.equal(at('left'), 290_000);
  assert.equal(at('right'), 310_000);
  assert.equal(at(...char('[')), 240_000);
  assert.equal(at(...char(']')), 360_000);
  assert.equal(at(...char('g')), 0);
  assert.equal(at(...char('G')), 600_000);
  assert.equal(at(...char('g', '[')), 0);
  assert.equal(at(...char('G'), 'right'), 600_000);
});

test('+ and - go through the speeds, and stay at the last one', () => {
  const speed = (start: number, ...chars: readonly string[]) =>
    press({ ...MIDDLE, speed: start }, ...char(...chars)).speed;
  assert.equal(speed(1, '+'), 2);
  assert.equal(speed(1, '='), 2);
  assert.equal(speed(1, '-'), 0.5);
  assert.equal(speed(3, '+'), 5);
  assert.equal(speed(3, '-'), 2);
  assert.equal(speed(1000, '+'), 1000);
  assert.equal(speed(0.1, '-'), 0.1);
});

test('space stops and goes on, and at the end begins again', () => {
  const stopped = press(MIDDLE, ...char(' '));
  assert.deepEqual(stopped, { ...MIDDLE, isPlaying: false });
  assert.deepEqual(press(stopped, ...char('p')), MIDDLE);
  assert.deepEqual(press(MIDDLE, ...char('G', ' ')), { ...MIDDLE, positionMs: BOUNDS.startMs });
});

test('other keys are about something else', () => {
  for (const key of ['up', 'home', 'escape', 'ctrl-c', ...char('s', '?', 'b', 'q')] as const) {
    assert.equal(handlePlaybackKey(MIDDLE, key, BOUNDS), null, JSON.stringify(key));
  }
});

test('time goes at the speed that was chosen, until the end; not while stopped', () => {
  assert.equal(advance({ ...MIDDLE, speed: 10 }, 250, BOUNDS).positionMs, 303_500);
  assert.equal(advance({ ...MIDDLE, speed: 1000 }, 1e6, BOUNDS).positionMs, BOUNDS.endMs);
  assert.equal(advance({ ...MIDDLE, isPlaying: false }, 250, BOUNDS).positionMs, MIDDLE.positionMs);
});

test('the time line says where it is, and fits', () => {
  const text = (playback: Playback, width = 60) =>
    timeLine(playback, BOUNDS, width)
      .map((part) => part.text)
      .join('');
  assert.equal(text(MIDDLE), ` playing 05:00 [${'='.repeat(16)}${'-'.repeat(16)}] 10:00  x1 `);
  assert.match(text(press(MIDDLE, ...char('g', ' '))), /^ stopped 00:00 \[-+\] 10:00 {2}x1 $/);
  assert.match(text(press(MIDDLE, ...char('G', '+'))), /^ end {5}10:00 \[=+\] 10:00 {2}x2 $/);
  for (const width of [40, 60, 80, 200]) assert.equal(lengthOf(timeLine(MIDDLE, BOUNDS, width)), width);
  const moment = { startMs: 5, endMs: 5 };
  const only = timeLine({ ...MIDDLE, positionMs: 5 }, moment, 60);
  assert.match(only.map((part) => part.text).join(''), /^ end {5}00:00 \[=+\] 00:00/);
});
