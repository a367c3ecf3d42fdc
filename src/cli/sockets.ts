/** Whether this system can give the sockets what the options ask for: known before anything starts. */
import { ConntestError } from '../errors.js';
import { kernelOptions, listenRequest } from '../io/kernel/socket-request.js';
import { loadLibc } from '../io/libc.js';
import type { ConnectTarget, ListenTarget, RunOptions } from '../options/types.js';

/** Throws ERR_CONNTEST_USAGE. */
export function requireSocketOptions({
  connects,
  listens,
  udpIo,
}: Pick<RunOptions, 'connects' | 'listens' | 'udpIo'>): void {
  for (const target of connects) {
    requireLatency(`--connect '${target.text}'`, target, udpIo);
    requireKernel(`--connect '${target.text}'`, askedOf(target));
  }
  for (const target of listens) {
    requireLatency(`--listen '${target.text}'`, target, udpIo);
    requireKernel(`--listen '${target.text}'`, kernelOptions(listenRequest(target.socket)));
  }
}

/** Datagrams are looked for by our own calls. TCP only keeps the event loop awake, which every system can. */
function requireLatency(
  label: string,
  { protocol, latency }: ConnectTarget | ListenTarget,
  udpIo: RunOptions['udpIo'],
): void {
  if (latency === 'event' || protocol === 'tcp') return;
  const reason =
    udpIo === 'dgram' ? '--udp-io dgram leaves the sockets to node:dgram; use auto' : loadLibc().reason;
  if (reason !== null) throw unavailable(`${label}: latency=${latency} over UDP is not available`, reason);
}

function requireKernel(label: string, asked: readonly string[]): void {
  if (asked.length === 0) return;
  const { reason } = loadLibc();
  if (reason === null) return;
  throw unavailable(`${label}: not available here: ${asked.join(', ')}`, reason);
}

function askedOf({ protocol, measure, socket }: ConnectTarget): string[] {
  const isPaced = protocol === 'tcp' && measure.rateBps > 0;
  return kernelOptions({ ...socket, pacingRateBps: isPaced ? measure.rateBps : null });
}

function unavailable(what: string, reason: string): ConntestError {
  return new ConntestError('ERR_CONNTEST_USAGE', `${what} (${reason})`);
}
