import { FRAME, StreamFramer } from '../../src/wire/framer.js';
import type { Prng } from '../support/prng.js';
import { fromBytes, type NaiveEvent, type NaiveHeader, type NaiveStream } from './naive.js';

/** Feeds `bytes` to a StreamFramer in random pieces, by way of one buffer that is overwritten each time or, at
 *  random, by passBulk where they are in the middle of a bulk packet, and tells what came out in the words of the naive codec. */
export function runFramer(
  bytes: Uint8Array,
  limits: { maxDataBytes: number; maxMessageBytes: number },
  countAfter: (data: string) => number | null,
  prng: Prng,
): NaiveStream {
  const framer = new StreamFramer(limits);
  const events: NaiveEvent[] = [];
  const chunk = new Uint8Array(bytes.length + 1);
  // Byte by byte is slow, and need not be frequent.
  const maxPiece = prng.below(40) === 0 ? 1 : prng.pick([30, 100, 1000, 1000]);
  for (let off = 0, end = 0; off < bytes.length && framer.error === null; off = end) {
    end = Math.min(bytes.length, off + 1 + prng.below(maxPiece));
    const at = prng.below(2);
    chunk.set(bytes.subarray(off, end), at);
    if (prng.below(2) === 0 && end - off <= framer.bulkAheadBytes) framer.passBulk(end - off);
    else {
      framer.feed(chunk, at, at + end - off);
      readEvents(framer, events, countAfter);
    }
    chunk.fill(0xff, at, at + end - off);
  }
  const fault = framer.error === null ? null : (framer.error.code as NonNullable<NaiveStream['fault']>);
  return { events, fault, bulkBytes: framer.bulkBytes, isPartial: fault === null && framer.partial };
}

function readEvents(
  framer: StreamFramer,
  events: NaiveEvent[],
  countAfter: (data: string) => number | null,
): void {
  for (let frame = framer.next(); frame === FRAME.message || frame === FRAME.counted; frame = framer.next()) {
    if (frame === FRAME.counted) events.push('counted');
    else {
      const data = fromBytes(framer.message);
      events.push({ header: headerOf(framer), data });
      const nPackets = countAfter(data);
      if (nPackets !== null) framer.count(nPackets);
    }
  }
}

function headerOf({ header }: StreamFramer): NaiveHeader {
  const metas = { 0: ['Normal'], 1: ['Ack', header.ackIndex], 2: ['Resend_ack'] } as const;
  return { index: header.index, connectionId: header.connectionId, meta: metas[header.metaKind] };
}
