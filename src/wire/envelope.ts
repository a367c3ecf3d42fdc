import { FAULT } from './errors.js';
import { DatagramView, decodeDatagram } from './packet.js';
import { V2Reader } from './v2/datagram.js';
import { isMarked } from './v2/mark.js';
import { V2_META, type V2MetaKind } from './v2/meta.js';

/** The longest `<header_len>\n<data_len>\n` in front of a header's '{'. */
const MAX_LENGTHS_BYTES = 24;
const BRACE = 0x7b;
const QUOTE = 0x22;
const ASCII_0 = 0x30;
const ASCII_9 = 0x39;
const encodeAscii = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));
const BEFORE_INDEX = encodeAscii('{"index":');
const BEFORE_ID = encodeAscii(',"connection_id":"');

/** Whose a datagram is, for a listener that has many connections on one socket. */
export interface Envelope {
  readonly connectionId: string;
  readonly kind: V2MetaKind;
  readonly index: number;
}

const v1View = new DatagramView();
const v2Reader = new V2Reader('');

/** Reads the first packet's header; null: it is none. */
export function readEnvelope(bytes: Uint8Array): Envelope | null {
  if (v2Reader.read(bytes, 0, bytes.length) === FAULT.none) {
    const { connectionId, kind, index } = v2Reader.view;
    if (isMarked(connectionId)) return { connectionId, kind, index };
  }
  if (decodeDatagram(bytes, 0, bytes.length, v1View) !== FAULT.none) return null;
  // Of v1's kinds it matters only whether it is a Normal packet.
  const kind = v1View.index >= 0 ? V2_META.normal : V2_META.sack;
  return { connectionId: v1View.connectionId, kind, index: v1View.index };
}

/** Whether a datagram bears this id, when it is written as conntest writes: a quick look that replaces
 *  reading its header in all usual cases. */
export function bearsId(bytes: Uint8Array, off: number, end: number, id: Uint8Array): boolean {
  if (end - off < BEFORE_INDEX.length + BEFORE_ID.length + id.length) return false;
  let at = off;
  const limit = Math.min(end, off + MAX_LENGTHS_BYTES);
  while (at < limit && bytes[at] !== BRACE) at++;
  if (!matches(bytes, at, BEFORE_INDEX)) return false;
  at += BEFORE_INDEX.length;
  while (at < end && isIndexDigit(bytes[at]!)) at++;
  if (!matches(bytes, at, BEFORE_ID)) return false;
  at += BEFORE_ID.length;
  return at + id.length < end && matches(bytes, at, id) && bytes[at + id.length] === QUOTE;
}

/** '-' counts as one: Acks have index -1. */
function isIndexDigit(byte: number): boolean {
  return (byte >= ASCII_0 && byte <= ASCII_9) || byte === 0x2d;
}

function matches(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
  for (let i = 0; i < expected.length; i++) if (bytes[at + i] !== expected[i]) return false;
  return true;
}
