import { NO_BYTES } from '../../wire/text.js';
import { encodeV2Packet } from '../../wire/v2/datagram.js';
import { isMarked } from '../../wire/v2/mark.js';
import { V2_META, type V2MetaKind } from '../../wire/v2/meta.js';
import { RESETS_PER_S } from './limits.js';
import { Pacer } from './pacer.js';

/** Answers packets of connections that a listener does not know, after its restart for example: one stateless
 *  reset each, never larger than what it answers, and only so many a second. */
export class Resets {
  readonly #pacer: Pacer;
  /** Not sent, because there were too many. */
  suppressed = 0;

  constructor(nowUs: number) {
    this.#pacer = new Pacer(0, nowUs);
    this.#pacer.setRate(nowUs, RESETS_PER_S / 1e6, RESETS_PER_S);
  }

  /** Writes the reset for a packet of `sizeBytes` with this id and kind; returns its size, or 0 where none is
   *  due: a reset or a Bye is never answered, or two sides could answer each other for ever. */
  write(nowUs: number, out: Uint8Array, connectionId: string, kind: V2MetaKind, sizeBytes: number): number {
    if (!isMarked(connectionId) || kind === V2_META.reset || kind === V2_META.bye) return 0;
    const resetBytes = encodeV2Packet(out, 0, -1, connectionId, { kind: 'reset' }, NO_BYTES);
    if (resetBytes < 0 || resetBytes > sizeBytes) return 0;
    this.#pacer.fill(nowUs);
    if (!this.#pacer.allows(1)) {
      this.suppressed++;
      return 0;
    }
    this.#pacer.take(1);
    return resetBytes;
  }
}
