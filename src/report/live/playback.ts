/** Where a replay is in its time, and how keys change that. Pure. */
import { formatUptime } from '../print/format.js';
import type { Key } from './keys.js';
import { type Line, span } from './line.js';

export interface Playback {
  /** Epoch, between the bounds. */
  readonly positionMs: number;
  /** Milliseconds of the run in one of ours. */
  readonly speed: number;
  readonly isPlaying: boolean;
}

export interface Bounds {
  readonly startMs: number;
  readonly endMs: number;
}

/** Steps that + and - go; a speed given may lie between. */
const SPEEDS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] as const;

const SHORT_MS = 10_000;
const LONG_MS = 60_000;

export function advance(playback: Playback, elapsedMs: number, bounds: Bounds): Playback {
  if (!playback.isPlaying) return playback;
  return moved(playback, elapsedMs * playback.speed, bounds);
}

/** null: the key is about something else. */
export function handlePlaybackKey(playback: Playback, key: Key, bounds: Bounds): Playback | null {
  if (key === 'left') return moved(playback, -SHORT_MS, bounds);
  if (key === 'right') return moved(playback, SHORT_MS, bounds);
  return typeof key === 'object' ? handleChar(playback, key.char, bounds) : null;
}

function handleChar(playback: Playback, char: string, bounds: Bounds): Playback | null {
  switch (char) {
    case ' ':
    case 'p':
      return toggled(playback, bounds);
    case '[':
      return moved(playback, -LONG_MS, bounds);
    case ']':
      return moved(playback, LONG_MS, bounds);
    case 'g':
      return { ...playback, positionMs: bounds.startMs };
    case 'G':
      return { ...playback, positionMs: bounds.endMs };
    case '+':
    case '=':
      return { ...playback, speed: SPEEDS.find((speed) => speed > playback.speed) ?? playback.speed };
    case '-':
      return { ...playback, speed: SPEEDS.findLast((speed) => speed < playback.speed) ?? playback.speed };
    default:
      return null;
  }
}

function toggled(playback: Playback, { startMs, endMs }: Bounds): Playback {
  if (playback.positionMs < endMs) return { ...playback, isPlaying: !playback.isPlaying };
  return { ...playback, positionMs: startMs, isPlaying: true };
}

function moved(playback: Playback, byMs: number, { startMs, endMs }: Bounds): Playback {
  return { ...playback, positionMs: Math.min(endMs, Math.max(startMs, playback.positionMs + byMs)) };
}

/** `stopped  01:23 [=====>------] 10:00  x10`. */
export function timeLine(playback: Playback, { startMs, endMs }: Bounds, width: number): Line {
  const { positionMs, speed } = playback;
  const word = positionMs >= endMs ? 'end' : playback.isPlaying ? 'playing' : 'stopped';
  const total = formatUptime(endMs - startMs);
  const left = ` ${word.padEnd(STATE_CHARS)} ${formatUptime(positionMs - startMs).padStart(total.length)} `;
  const right = ` ${total}  x${speed} `;
  const room = Math.max(0, width - left.length - right.length - 2);
  const done = endMs > startMs ? Math.round(((positionMs - startMs) / (endMs - startMs)) * room) : room;
  return [
    span(left, word === 'stopped' ? 'warning' : 'plain'),
    span('[', 'faint'),
    span('='.repeat(done), 'emphasis'),
    span('-'.repeat(room - done), 'faint'),
    span(']', 'faint'),
    span(right),
  ];
}

const STATE_CHARS = 'stopped'.length;
