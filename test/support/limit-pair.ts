/** Two instances with a network between them, and what they say of why they send no faster. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Lifetime } from './children.js';
import { type Instance, startInstance, startListener } from './instance.js';
import type { PeerLine } from './lines.js';
import { type Lab, makeLab, type Side } from './netns.js';

/** Where the listener of a pair listens. */
export const PORT = 1234;
/** From end to end of a long path: a round trip takes twice that. */
export const DELAY_MS = 10;
/** Each interval sees the end of a phase, and with it what the receiver reports; both are longer than the least time of
 *  which anything is said. */
const PHASE = 'phase=250ms';
const INTERVAL = ['--interval', '500ms'];
/** Why the window limits where the receiver has time to read. */
export const SMALL_WINDOW = /^the peer's window held data back \d+% of the time: .*its buffer is too small$/;
/** Of a CPU's time, for who is to be short of it. */
export const QUOTA_PERCENT = 10;

/** A congestion control that slows down where data is lost, which not every one does. */
export function heedful(): string {
  const known = readFileSync('/proc/sys/net/ipv4/tcp_available_congestion_control', 'ascii').split(/\s/);
  return known.find((name) => name === 'cubic') ?? 'reno';
}

export interface Pair {
  readonly net: Lab;
  readonly client: Instance;
  readonly listener: Instance;
}

export function startPair(t: Lifetime, uri: string): Promise<Pair> {
  return startOn(t, makeLab(t), uri);
}

/** @param uri with options, which may name the time of a phase
 *  @param options of the listener's address, from their '?' on */
export async function startOn(t: Lifetime, net: Lab, uri: string, options = ''): Promise<Pair> {
  const protocol = uri.slice(0, 3);
  const timed = uri.includes('&phase=') ? uri : `${uri}&${PHASE}`;
  const listener = await startListener(t, INTERVAL, `${protocol}:${PORT}${options}`, net.on('right'));
  const client = startInstance(t, ['--connect', timed, ...INTERVAL], net.on('left'));
  return { net, client, listener };
}

/** A slow link from this side to the other, with a queue in front of it. */
export function shape(net: Lab, side: Side = 'left', rate = '20mbit'): void {
  const bucket = ['tbf', 'rate', rate, 'burst', '32kb', 'latency', '100ms'];
  net.run(side, ['tc', 'qdisc', 'add', 'dev', 'cable', 'root', ...bucket]);
}

/** Lets an instance run for a part of the time only, until the test ends. */
export function slowDown(
  t: Lifetime,
  instance: Instance,
  turn: { stoppedMs: number; runningMs: number },
): void {
  let timer: NodeJS.Timeout | undefined;
  const stop = () => {
    instance.signal('SIGSTOP');
    timer = setTimeout(run, turn.stoppedMs);
  };
  const run = () => {
    instance.signal('SIGCONT');
    timer = setTimeout(stop, turn.runningMs);
  };
  stop();
  t.after(() => {
    clearTimeout(timer);
    instance.signal('SIGCONT');
  });
}

/** Waits for a verdict of this cause, for this reason: a busy machine may give others that are as true. */
export async function causeOf(
  instance: Instance,
  side: 'clients' | 'servers',
  direction: 'up' | 'down',
  cause: string,
  evidence = /./,
): Promise<void> {
  await instance.peer(side, ({ [direction]: { limited_by: limit } }) => {
    return limit?.cause === cause && evidence.test(limit.evidence);
  });
}

/** Of both ends, over the whole run. The CPUs of a busy machine may be short at any time, which is then true as well. */
export async function assertCauses(
  { client, listener }: Pair,
  direction: 'up' | 'down',
  ofClient: readonly string[],
  ofListener: readonly string[],
): Promise<void> {
  const ends = [
    [client, 'clients', ofClient],
    [listener, 'servers', ofListener],
  ] as const;
  for (const [instance, side, allowed] of ends) {
    const summary = await summaryRow(instance, side);
    const rows = [...instance.all('snapshot').flatMap(({ [side]: all }) => all), summary];
    const causes = rows.flatMap((row) => row[direction].limited_by?.cause ?? []);
    const wrong = causes.filter((cause) => ![...allowed, 'sender-cpu', 'receiver-cpu'].includes(cause));
    assert.deepEqual(wrong, [], `${side}: a wrong verdict is worse than none`);
  }
}

export async function summaryRow(instance: Instance, side: 'clients' | 'servers'): Promise<PeerLine> {
  instance.signal('SIGCONT');
  instance.signal('SIGINT');
  const { [side]: rows } = await instance.line('summary');
  return rows[0]!;
}
