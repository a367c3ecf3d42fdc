import { hasExactly, toInteger } from '../json.js';
import { MAX_SACK_RANGES, type SackView } from './sack.js';

/*
 * What v2 adds to v1's ["Normal"], for marked connection ids only:
 *
 *   index >= 0   ["Resend",k]                                          the k-th further copy of a control message
 *                ["Bulk",k]                                            reliable bulk data, copy k
 *                ["Accept",{"version":2,"token":"…","copy":k}]         the listener's Hello
 *                ["Token","…",k]                                       the client's packet 1
 *   index -1     ["Datagram",s]                                        unreliable bulk data number s
 *                ["Sack",{…}]                                          sack.ts
 *                ["Bye","reason"]   ["Reset"]
 */

/** The metas of a v2 packet, as numbers for the hot path. */
export const V2_META = {
  normal: 0,
  resend: 1,
  bulk: 2,
  datagram: 3,
  sack: 4,
  accept: 5,
  token: 6,
  bye: 7,
  reset: 8,
} as const;
export type V2MetaKind = (typeof V2_META)[keyof typeof V2_META];

/** The fields of a Sack as an object: the form for everything but the hot path. */
export interface Sack {
  readonly next: number;
  readonly last: readonly [index: number, copy: number];
  readonly delayUs: number;
  readonly window: number;
  /** Counted from `next`. */
  readonly ranges: readonly (readonly [from: number, to: number])[];
}

/** Copies and numbers are safe integers >= 0; `copy` of a Resend is at least 1. */
export type V2Meta =
  | { readonly kind: 'resend'; readonly copy: number }
  | { readonly kind: 'bulk'; readonly copy: number }
  | { readonly kind: 'accept'; readonly token: string; readonly copy: number }
  | { readonly kind: 'token'; readonly token: string; readonly copy: number }
  | { readonly kind: 'datagram'; readonly sequence: number }
  | { readonly kind: 'sack'; readonly sack: Sack }
  | { readonly kind: 'bye'; readonly reason: string }
  | { readonly kind: 'reset' };

/** Why a peer ends a connection: a sentence for its user. What is longer is no reason. */
export const MAX_REASON_LENGTH = 256;

const TOKEN = /^[0-9a-f]{16}$/;
const ACCEPT_FIELDS = ['version', 'token', 'copy'] as const;
const SACK_FIELDS = ['next', 'last', 'delay_us', 'window', 'ranges'] as const;

function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** The canonical JSON. */
export function encodeV2Meta(meta: V2Meta): string {
  switch (meta.kind) {
    case 'resend':
      return `["Resend",${meta.copy}]`;
    case 'bulk':
      return `["Bulk",${meta.copy}]`;
    case 'accept':
      return `["Accept",{"version":2,"token":"${meta.token}","copy":${meta.copy}}]`;
    case 'token':
      return `["Token","${meta.token}",${meta.copy}]`;
    case 'datagram':
      return `["Datagram",${meta.sequence}]`;
    case 'sack':
      return encodeSack(meta.sack);
    case 'bye':
      return JSON.stringify(['Bye', meta.reason]);
    case 'reset':
      return '["Reset"]';
  }
}

/** The meta of a header with this index, parsed from JSON; null for anything else. */
export function decodeV2Meta(value: unknown, index: number): V2Meta | null {
  if (!Array.isArray(value)) return null;
  const [name, body, ...rest] = value as unknown[];
  const isIndexed = index >= 0;
  if (name === 'Token') return isIndexed && rest.length === 1 ? decodeToken(body, rest[0]) : null;
  if (rest.length > 0) return null;
  if (name === 'Reset') return !isIndexed && value.length === 1 ? { kind: 'reset' } : null;
  return value.length === 2 ? decodePair(name, body, isIndexed) : null;
}

/** Puts a decoded Sack into the form of the hot path. */
export function fillSackView(sack: Sack, into: SackView): void {
  into.next = sack.next;
  [into.lastIndex, into.lastCopy] = sack.last;
  into.delayUs = sack.delayUs;
  into.window = sack.window;
  into.nRanges = sack.ranges.length;
  sack.ranges.forEach(([from, to], i) => {
    into.from[i] = sack.next + from;
    into.to[i] = sack.next + to;
  });
}

function decodePair(name: unknown, body: unknown, isIndexed: boolean): V2Meta | null {
  switch (name) {
    case 'Resend':
      return isIndexed ? decodeCopy('resend', body, 1) : null;
    case 'Bulk':
      return isIndexed ? decodeCopy('bulk', body, 0) : null;
    case 'Accept':
      return isIndexed ? decodeAccept(body) : null;
    case 'Datagram':
      return isIndexed ? null : decodeDatagramNumber(body);
    case 'Sack':
      return isIndexed ? null : decodeSack(body);
    case 'Bye':
      return isIndexed ? null : decodeBye(body);
    default:
      return null;
  }
}

function decodeCopy(kind: 'resend' | 'bulk', body: unknown, min: number): V2Meta | null {
  const copy = toInteger(body);
  return copy === null || copy < min ? null : { kind, copy };
}

function decodeAccept(body: unknown): V2Meta | null {
  if (!hasExactly(body, ACCEPT_FIELDS) || body.version !== 2) return null;
  const copy = toCount(body.copy);
  if (copy === null || typeof body.token !== 'string' || !isToken(body.token)) return null;
  return { kind: 'accept', token: body.token, copy };
}

function decodeToken(token: unknown, copyValue: unknown): V2Meta | null {
  const copy = toCount(copyValue);
  return copy === null || typeof token !== 'string' || !isToken(token)
    ? null
    : { kind: 'token', token, copy };
}

function decodeDatagramNumber(body: unknown): V2Meta | null {
  const sequence = toCount(body);
  return sequence === null ? null : { kind: 'datagram', sequence };
}

function decodeBye(body: unknown): V2Meta | null {
  return typeof body === 'string' && body.length <= MAX_REASON_LENGTH ? { kind: 'bye', reason: body } : null;
}

function decodeSack(body: unknown): V2Meta | null {
  if (!hasExactly(body, SACK_FIELDS)) return null;
  const next = toCount(body.next);
  const last = toPair(body.last);
  const delayUs = toCount(body.delay_us);
  const window = toCount(body.window);
  const ranges = toPairs(body.ranges);
  if (next === null || last === null || delayUs === null || window === null || ranges === null) return null;
  return { kind: 'sack', sack: { next, last, delayUs, window, ranges } };
}

function toPairs(value: unknown): (readonly [number, number])[] | null {
  if (!Array.isArray(value) || value.length > MAX_SACK_RANGES) return null;
  const pairs: (readonly [number, number])[] = [];
  for (const item of value as unknown[]) {
    const pair = toPair(item);
    if (pair === null) return null;
    pairs.push(pair);
  }
  return pairs;
}

function toPair(value: unknown): readonly [number, number] | null {
  if (!Array.isArray(value) || value.length !== 2) return null;
  const first = toCount(value[0]);
  const second = toCount(value[1]);
  return first === null || second === null ? null : [first, second];
}

function toCount(value: unknown): number | null {
  const count = toInteger(value);
  return count === null || count < 0 ? null : count;
}

function encodeSack({ next, last, delayUs, window, ranges }: Sack): string {
  return `["Sack",${JSON.stringify({ next, last, delay_us: delayUs, window, ranges })}]`;
}
