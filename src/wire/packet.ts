import { FAULT, type Fault } from './errors.js';
import { decodeHeader, encodeHeader, HeaderView, META, type MetaKind } from './header.js';
import { Lengths, readLengths } from './lengths.js';
import type { PacketTemplate } from './packet-template.js';
import { encodeUtf8 } from './text.js';

/*
 * <header_len>\n<data_len>\n<header><data>
 * |------------- head -------------|
 *
 * Both lengths are decimal ASCII and count bytes. The same bytes over TCP (a stream of packets) and UDP
 * (one packet a datagram).
 */

/** One packet of a datagram, filled in place: header fields, and where its data is in the buffer. */
export class DatagramView extends HeaderView {
  dataOff = 0;
  dataLen = 0;
  /** Just behind the packet: the end of the datagram, or the next packet of several that were joined by the
   *  system (GRO). */
  next = 0;
  readonly lengths = new Lengths();
}

/** Decodes the packet at `buf[off..end)`, whose bytes must all be there. After a fault the offsets in `view`
 *  say nothing: a packet that can't be read hides where the next one starts. */
export function decodeDatagram(buf: Uint8Array, off: number, end: number, view: DatagramView): Fault {
  const { lengths } = view;
  const lengthsFault = readLengths(buf, off, end, lengths);
  if (lengthsFault !== FAULT.none) return lengthsFault;
  const dataOff = lengths.headerOff + lengths.headerBytes;
  const next = dataOff + lengths.dataBytes;
  if (next > end) return FAULT.truncated;
  const headerFault = decodeHeader(buf, lengths.headerOff, dataOff, view);
  if (headerFault !== FAULT.none) return headerFault;
  view.dataOff = dataOff;
  view.dataLen = lengths.dataBytes;
  view.next = next;
  return FAULT.none;
}

/** Writes a whole packet at `off`. `index` and `ackIndex` are safe integers; `ackIndex` counts with META.ack
 *  only. Returns the bytes written, or -1 (and nothing written) when they don't fit into `out`. */
export function encodePacket(
  out: Uint8Array,
  off: number,
  index: number,
  template: PacketTemplate,
  metaKind: MetaKind,
  ackIndex: number,
  data: Uint8Array,
): number {
  if (metaKind !== META.normal || index < 0) {
    const header = encodeHeader(index, template.connectionId, metaKind, ackIndex);
    return encodeRarePacket(out, off, header, data);
  }
  const headBytes = template.headBytes(index, data.length);
  if (off + headBytes + data.length > out.length) return -1;
  template.write(out, off, index, data.length);
  out.set(data, off + headBytes);
  return headBytes + data.length;
}

function encodeRarePacket(out: Uint8Array, off: number, header: Uint8Array, data: Uint8Array): number {
  const lengths = encodeUtf8(`${header.length}\n${data.length}\n`);
  const dataOff = off + lengths.length + header.length;
  if (dataOff + data.length > out.length) return -1;
  out.set(lengths, off);
  out.set(header, off + lengths.length);
  out.set(data, dataOff);
  return dataOff + data.length - off;
}
