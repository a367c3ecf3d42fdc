/** Whether this system can give the sockets what the options ask for: known before anything starts. */
import { ConntestError } from './errors.js';
import { kernelOptions } from './io/kernel/socket-request.js';
import { loadLibc } from './io/libc.js';
import type { ConnectTarget, RunOptions } from './options/types.js';

/** Throws ERR_CONNTEST_USAGE. */
export function requireSocketOptions({ connects }: RunOptions): void {
  const { reason } = loadLibc();
  if (reason === null) return;
  for (const target of connects) {
    const asked = askedOf(target);
    if (asked.length === 0) continue;
    throw new ConntestError(
      'ERR_CONNTEST_USAGE',
      `--connect '${target.text}': not available here: ${asked.join(', ')} (${reason})`,
    );
  }
}

function askedOf({ protocol, measure, socket }: ConnectTarget): string[] {
  const isPaced = protocol === 'tcp' && measure.rateBps > 0;
  return kernelOptions({ ...socket, pacingRateBps: isPaced ? measure.rateBps : null });
}
