/** What is said about the path that datagrams take. */
import type { PathVerdict } from '../../sweep/verdict.js';
import { printable } from '../print/ascii.js';
import { formatCount } from '../print/format.js';
import type { Sentence } from './words.js';

const CAUSE_CHARS = 200;

export function pathSentences(path: PathVerdict): Sentence[] {
  const text = mtuText(path);
  const { direction, found, kernelBytes, isBlackHole } = path;
  const about = { way: null, direction } as const;
  const figures = {
    mtu_bytes: found?.mtuBytes ?? null,
    kernel_mtu_bytes: kernelBytes,
    above: found?.above ?? null,
  };
  const tone = isBlackHole ? 'bad' : found?.mtuBytes == null ? 'warning' : 'plain';
  const kind = isBlackHole ? 'black-hole' : 'mtu';
  return [
    ...(text === null ? [] : [{ ...about, kind, text, tone, figures } as const]),
    ...changeSentences(path),
  ];
}

/** null: nothing is known, and nothing was to be found out. */
function mtuText(path: PathVerdict): string | null {
  const { found, problem, kernelBytes } = path;
  const believed = kernelBytes === null ? '' : `our system believes in ${formatCount(kernelBytes)} bytes`;
  if (found !== null) return foundText(path, found, believed);
  if (problem !== null) {
    return `the MTU was not probed: ${printable(problem, CAUSE_CHARS)}${believed === '' ? '' : `; ${believed}`}`;
  }
  return believed === '' ? null : `the MTU was not probed; ${believed} (--sizes auto probes it)`;
}

function foundText(
  { isBlackHole, kernel, kernelBytes, direction }: PathVerdict,
  { mtuBytes, above }: NonNullable<PathVerdict['found']>,
  believed: string,
): string {
  if (mtuBytes === null) return 'no MTU was found: not even the smallest packets arrived with DF set';
  const mtu = `the MTU is ${formatCount(mtuBytes)} bytes`;
  if (isBlackHole) {
    return `${mtu}, but ${believed}: a black hole, larger packets vanish and no ICMP message says so`;
  }
  const beyond = {
    refused: 'our system refuses larger packets',
    lost: direction === 'up' ? 'larger packets are dropped' : 'larger packets do not arrive',
    none: 'no packet is larger',
  }[above];
  if (kernel === 'same') return `${mtu}, as our system knows; ${beyond}`;
  return kernel === null || kernelBytes === null
    ? `${mtu}; ${beyond}`
    : `${mtu}, while ${believed}; ${beyond}`;
}

function changeSentences({
  direction,
  found,
  kernelBytes,
  kernelAfterBytes,
  after,
}: PathVerdict): Sentence[] {
  const about = { way: null, direction } as const;
  const changed = (text: string, figures: Sentence['figures']): Sentence[] => [
    { ...about, kind: 'mtu-changed', text, tone: 'warning', figures },
  ];
  const mtuBytes = found?.mtuBytes ?? null;
  if (mtuBytes !== null && after === 'smaller') {
    const text = `the MTU became smaller while sizes were measured: packets of ${formatCount(mtuBytes)} bytes arrive no more`;
    return changed(text, { mtu_bytes: mtuBytes, after });
  }
  if (mtuBytes !== null && after === 'larger') {
    const text = `the MTU became larger while sizes were measured: packets of ${formatCount(mtuBytes + 1)} bytes arrive now`;
    return changed(text, { mtu_bytes: mtuBytes, after });
  }
  if (kernelBytes === null || kernelAfterBytes === null || kernelBytes === kernelAfterBytes) return [];
  const text = `our system's idea of the MTU went from ${formatCount(kernelBytes)} to ${formatCount(kernelAfterBytes)} bytes while sizes were measured`;
  const figures = { kernel_mtu_bytes: kernelBytes, kernel_mtu_after_bytes: kernelAfterBytes };
  return [{ ...about, kind: 'mtu-learnt', text, tone: 'plain', figures }];
}
