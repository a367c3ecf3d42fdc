import { FAULT } from '../wire/errors.js';
import { Lengths, readLengths } from '../wire/lengths.js';
import { MAX_HEAD_BYTES, MAX_MESSAGE_BYTES } from '../wire/limits.js';
import { decodeMessage, encodeMessage } from '../wire/message.js';
import { NO_BYTES } from '../wire/text.js';
import { decodeV2Header, encodeV2Packet, V2View } from '../wire/v2/datagram.js';
import { markId } from '../wire/v2/mark.js';
import { V2_META } from '../wire/v2/meta.js';
import type { Peer } from './types.js';

/** A Hello with the longest name, each character escaped. */
const MAX_HELLO_BYTES = 4096;
const MAX_BYE_BYTES = 512;

/** What the bytes that came are: the answer of a conntest, not yet a whole answer, or something else. */
export type Answer =
  | { readonly kind: 'peer'; readonly peer: Omit<Peer, 'latencyUs'> }
  | { readonly kind: 'partial' }
  | { readonly kind: 'other' };

const OTHER: Answer = { kind: 'other' };
const PARTIAL: Answer = { kind: 'partial' };

const lengths = new Lengths();
const view = new V2View();

/** The first two packets of a session (docs/protocol.md): our Hello of version 2, which an original reads too, and
 *  the answer to it. */
export class HelloExchange {
  /** To be sent. */
  readonly hello: Uint8Array;
  readonly #connectionId: string;
  #received: Uint8Array = NO_BYTES;

  /** @param uuid nobody else's: a v1 listener tells connections by it */
  constructor(uuid: string, name: string) {
    this.#connectionId = markId(uuid);
    const out = new Uint8Array(MAX_HELLO_BYTES);
    const data = encodeMessage({ kind: 'hello', name });
    const sizeBytes = encodeV2Packet(out, 0, 0, this.#connectionId, null, data);
    if (sizeBytes < 0) throw new RangeError('the name is too long for a Hello');
    this.hello = out.subarray(0, sizeBytes);
  }

  /** What has been received so far, from its first byte. */
  get received(): Uint8Array {
    return this.#received;
  }

  /** Takes what came next: a chunk of the stream, or a datagram. */
  handleBytes(bytes: Uint8Array): Answer {
    const received = new Uint8Array(this.#received.length + bytes.length);
    received.set(this.#received);
    received.set(bytes, this.#received.length);
    this.#received = received;
    return this.#read();
  }

  /** An orderly end towards a peer of version 2. */
  bye(reason: string): Uint8Array {
    const out = new Uint8Array(MAX_BYE_BYTES);
    const sizeBytes = encodeV2Packet(out, 0, -1, this.#connectionId, { kind: 'bye', reason }, NO_BYTES);
    return out.subarray(0, Math.max(0, sizeBytes));
  }

  #read(): Answer {
    const bytes = this.#received;
    const fault = readLengths(bytes, 0, bytes.length, lengths);
    if (fault === FAULT.truncated) return PARTIAL;
    if (fault !== FAULT.none || lengths.dataBytes > MAX_MESSAGE_BYTES) return OTHER;
    const dataOff = lengths.headerOff + lengths.headerBytes;
    const end = dataOff + lengths.dataBytes;
    if (bytes.length < end) return bytes.length > MAX_HEAD_BYTES + MAX_MESSAGE_BYTES ? OTHER : PARTIAL;
    // An echo service answers with our own Hello.
    if (isEqual(bytes, this.hello)) return OTHER;
    if (!decodeV2Header(bytes, lengths.headerOff, dataOff, view)) return OTHER;
    if (view.connectionId !== this.#connectionId || view.index !== 0) return OTHER;
    const version = view.kind === V2_META.accept ? 2 : view.kind === V2_META.normal ? 1 : null;
    const message = decodeMessage(bytes.subarray(dataOff, end));
    if (version === null || 'code' in message || message.kind !== 'hello') return OTHER;
    return { kind: 'peer', peer: { name: message.name, version } };
  }
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
