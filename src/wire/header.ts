import { FAULT, type Fault } from './errors.js';
import { hasExactly, parseJson, toInteger } from './json.js';
import { MAX_ID_LENGTH } from './limits.js';
import { decodeUtf8Strict, encodeUtf8, NO_BYTES, ZERO } from './text.js';

/*
 * {"index":0,"connection_id":"6b1e9d3c-5f0e-4d9b-9a54-1c2a7f3d8e10","meta":["Normal"]}
 *
 * index          counts a side's Normal packets from 0; -1 in an Ack
 * connection_id  the client's, echoed by the listener
 * meta           ["Normal"] | ["Ack",i] (UDP) | ["Resend_ack"] (known to the original, sent by nobody)
 */

export const META = { normal: 0, ack: 1, resendAck: 2 } as const;
export type MetaKind = (typeof META)[keyof typeof META];

const FIELDS = ['index', 'connection_id', 'meta'] as const;
/** What a canonical header has before its index. */
export const BEFORE_INDEX = encodeUtf8('{"index":');
/** More digits than this might not be a safe integer. */
const MAX_FAST_DIGITS = 15;

/** A decoded header, filled in place; a header that isn't one leaves it as it was. */
export class HeaderView {
  index = 0;
  metaKind: MetaKind = META.normal;
  /** The i of `["Ack",i]`; 0 with other metas. */
  ackIndex = 0;
  connectionId = '';
  /** What follows the index in a canonical Normal header of `connectionId`: nearly every header of a
   *  connection ends in exactly these bytes, and then needs no JSON. Empty before the first header. */
  normalTail: Uint8Array = NO_BYTES;
  /** Whether the header was Normal, in canonical bytes, and of the same connection as the one before. */
  isCanonical = false;
}

/** The canonical bytes. `index` and `ackIndex` are safe integers; `ackIndex` counts with META.ack only. */
export function encodeHeader(
  index: number,
  connectionId: string,
  metaKind: MetaKind,
  ackIndex: number,
): Uint8Array {
  return encodeUtf8(`{"index":${index}${tailOf(connectionId, metaKind, ackIndex)}`);
}

/** What a canonical Normal header has behind its index. */
export function encodeNormalTail(connectionId: string): Uint8Array {
  return encodeUtf8(tailOf(connectionId, META.normal, 0));
}

/** Decodes the header that is exactly `bytes[off..end)`: any field order and JSON white space, strict in
 *  everything else. */
export function decodeHeader(bytes: Uint8Array, off: number, end: number, into: HeaderView): Fault {
  const index = canonicalIndex(bytes, off, end, into.normalTail);
  if (index < 0) return decodeAnyHeader(bytes, off, end, into);
  into.index = index;
  into.metaKind = META.normal;
  into.ackIndex = 0;
  into.isCanonical = true;
  return FAULT.none;
}

/** The index of a Normal header in canonical bytes with this tail; -1 for any other header. */
function canonicalIndex(bytes: Uint8Array, off: number, end: number, tail: Uint8Array): number {
  const digitsOff = off + BEFORE_INDEX.length;
  const tailOff = end - tail.length;
  const nDigits = tailOff - digitsOff;
  if (nDigits < 1 || nDigits > MAX_FAST_DIGITS || tail.length === 0) return -1;
  if (nDigits > 1 && bytes[digitsOff] === ZERO) return -1;
  if (!startsWith(bytes, off, BEFORE_INDEX) || !startsWith(bytes, tailOff, tail)) return -1;
  let index = 0;
  for (let at = digitsOff; at < tailOff; at++) {
    const digit = bytes[at]! - ZERO;
    if (digit < 0 || digit > 9) return -1;
    index = index * 10 + digit;
  }
  return index;
}

function startsWith(bytes: Uint8Array, off: number, expected: Uint8Array): boolean {
  for (let i = 0; i < expected.length; i++) if (bytes[off + i] !== expected[i]) return false;
  return true;
}

function decodeAnyHeader(bytes: Uint8Array, off: number, end: number, into: HeaderView): Fault {
  // Strict UTF-8: an id with a replaced byte could not be echoed.
  const text = decodeUtf8Strict(bytes.subarray(off, end));
  const value = text === null ? undefined : parseJson(text);
  if (!hasExactly(value, FIELDS)) return FAULT.badHeader;
  const index = toInteger(value.index);
  const id = value.connection_id;
  const meta = decodeMeta(value.meta);
  if (index === null || meta === null) return FAULT.badHeader;
  if (typeof id !== 'string' || id.length > MAX_ID_LENGTH) return FAULT.badHeader;
  into.index = index;
  into.metaKind = meta.kind;
  into.ackIndex = meta.ackIndex;
  into.isCanonical = false;
  if (into.connectionId !== id || into.normalTail.length === 0) {
    into.connectionId = id;
    into.normalTail = encodeNormalTail(id);
  }
  return FAULT.none;
}

function decodeMeta(meta: unknown): { kind: MetaKind; ackIndex: number } | null {
  if (!Array.isArray(meta)) return null;
  if (meta.length === 1 && meta[0] === 'Normal') return { kind: META.normal, ackIndex: 0 };
  if (meta.length === 1 && meta[0] === 'Resend_ack') return { kind: META.resendAck, ackIndex: 0 };
  const ackIndex = meta.length === 2 && meta[0] === 'Ack' ? toInteger(meta[1]) : null;
  return ackIndex === null ? null : { kind: META.ack, ackIndex };
}

function tailOf(connectionId: string, metaKind: MetaKind, ackIndex: number): string {
  return `,"connection_id":${JSON.stringify(connectionId)},"meta":${metaText(metaKind, ackIndex)}}`;
}

function metaText(metaKind: MetaKind, ackIndex: number): string {
  switch (metaKind) {
    case META.normal:
      return '["Normal"]';
    case META.ack:
      return `["Ack",${ackIndex}]`;
    case META.resendAck:
      return '["Resend_ack"]';
  }
}
