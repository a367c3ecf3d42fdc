import { FAULT } from './errors.js';
import { hasWords, readWords } from './head-words.js';
import { DatagramView, decodeDatagram } from './packet.js';
import { encodeUtf8 } from './text.js';
import { V2Reader } from './v2/datagram.js';
import { isMarked } from './v2/mark.js';
import { V2_META, type V2MetaKind } from './v2/meta.js';

/** The longest `<header_len>\n<data_len>\n` in front of a header's '{'. */
const MAX_LENGTHS_BYTES = 24;
const BRACE = 0x7b;
const ASCII_0 = 0x30;
const ASCII_9 = 0x39;
const BEFORE_INDEX = encodeUtf8('{"index":');
const INDEX_WORDS = wordsOf(BEFORE_INDEX);

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

/** How a datagram that bears an id looks in front, when it is written as conntest writes: a quick look that replaces
 *  reading its header in all usual cases. An id whose bytes can't be compared as head-words does is never seen. */
export class IdMark {
  readonly #sizeBytes: number;
  readonly #words: Float64Array;

  constructor(connectionId: string) {
    const bytes = encodeUtf8(`,"connection_id":${JSON.stringify(connectionId)}`);
    this.#sizeBytes = bytes.length;
    this.#words = wordsOf(bytes);
  }

  standsIn(view: DataView, off: number, end: number): boolean {
    if (end - off < BEFORE_INDEX.length + this.#sizeBytes) return false;
    let at = off;
    const limit = Math.min(end - BEFORE_INDEX.length, off + MAX_LENGTHS_BYTES);
    while (at < limit && view.getUint8(at) !== BRACE) at++;
    if (!hasWords(view, at, BEFORE_INDEX.length, INDEX_WORDS)) return false;
    at += BEFORE_INDEX.length;
    while (at < end && isIndexDigit(view.getUint8(at))) at++;
    return at + this.#sizeBytes <= end && hasWords(view, at, this.#sizeBytes, this.#words);
  }
}

function wordsOf(bytes: Uint8Array): Float64Array {
  return readWords(new DataView(bytes.buffer), 0, bytes.length);
}

/** '-' counts as one: Acks have index -1. */
function isIndexDigit(byte: number): boolean {
  return (byte >= ASCII_0 && byte <= ASCII_9) || byte === 0x2d;
}
