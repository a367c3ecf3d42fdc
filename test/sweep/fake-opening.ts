/** In the place of control/sweep-links.ts: links over a path of numbers, whose phases take their time. The name of the
 *  host says what else they do. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SweepLink, SweepLinks, SweepOptions, Way } from '../../src/sweep/types.js';
import { FakeLink, PLAIN_PATH } from './fake-links.js';

/** Of this host no TCP comes back, of the other nothing at all. */
export const NO_TCP = 'no-tcp.example';
export const NOTHING = 'nothing.example';

export async function openSweepLinks(
  { ways, target }: SweepOptions,
  notice: (text: string) => void,
): Promise<SweepLinks> {
  notice('these links are fakes');
  const closing = new AbortController();
  return {
    links: ways.map((way) => linkOf(way, target.host, closing.signal)),
    close: async () => closing.abort(),
  };
}

function linkOf(way: Way, host: string, signal: AbortSignal): SweepLink {
  const link = new FakeLink(way, { ...PLAIN_PATH });
  const measure = link.measure.bind(link);
  const isDead = host === NOTHING || (host === NO_TCP && way === 'tcp');
  link.measure = async (order, phaseUs) => {
    if (isDead) return { kind: 'unmeasured', code: 'TIMEOUT', text: 'nothing arrived' };
    await sleep(phaseUs / 1000, undefined, { signal }).catch(() => {});
    return measure(order, phaseUs);
  };
  return link;
}
