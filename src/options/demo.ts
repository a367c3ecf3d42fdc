/** The bare run: one instance that listens and measures itself, for a first look. */
import type { RawOptions } from './flags/run.js';

const DEMO_TIME = '10s';

/** True when there is neither an address to listen on nor a peer to measure. */
export function isBare(raw: RawOptions): boolean {
  return (raw.lists.get('listen') ?? []).length === 0 && (raw.lists.get('connect') ?? []).length === 0;
}

/** `raw` with both ends on loopback, at `port`, for 10 s unless a time was given. */
export function demoOptions(raw: RawOptions, port: number): RawOptions {
  const label = 'the loopback demo';
  const host = raw.switches.has('ipv6') ? '[::1]' : '127.0.0.1';
  const texts = new Map(raw.texts);
  if (!texts.has('time')) texts.set('time', { text: DEMO_TIME, label });
  return {
    ...raw,
    texts,
    lists: new Map([
      ...raw.lists,
      ['listen', [{ text: `tcp:${host}:${port}`, label }]],
      ['connect', [{ text: `tcp://${host}:${port}?monitor-bandwidth`, label }]],
    ]),
  };
}
