/** Whether this system can give the sockets what the options ask for: known before anything starts. */
import { ConntestError } from './errors.js';
import { needsKernel } from './io/kernel/socket-request.js';
import { loadLibc } from './io/libc.js';
import type { ConnectTarget, RunOptions } from './options/types.js';

/** Throws ERR_CONNTEST_USAGE. */
export function requireSocketOptions({ connects }: Pick<RunOptions, 'connects'>): void {
  const asking = connects.find(asksKernel);
  if (asking === undefined) return;
  const { reason } = loadLibc();
  if (reason === null) return;
  throw new ConntestError(
    'ERR_CONNTEST_USAGE',
    `--connect '${asking.text}': options of sockets (cc and rate over TCP, df, dscp, rcvbuf, sndbuf, tos, a device ` +
      `in bind) are not available here: ${reason}`,
  );
}

function asksKernel({ protocol, measure, socket }: ConnectTarget): boolean {
  const isPaced = protocol === 'tcp' && measure.rateBps > 0;
  return needsKernel({ ...socket, pacingRateBps: isPaced ? measure.rateBps : null });
}
