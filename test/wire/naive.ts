// The codec once more, on strings and as the text of wire protocol v1 reads: slow, and plain to see right.
// Bytes are strings of one character (U+0000 to U+00FF) a byte.

import { MAX_HEADER_BYTES, MAX_ID_LENGTH } from '../../src/wire/limits.js';
import type { Message } from '../../src/wire/message.js';

export interface NaiveHeader {
  readonly index: number;
  readonly connectionId: string;
  readonly meta: readonly ['Normal'] | readonly ['Ack', number] | readonly ['Resend_ack'];
}

export type NaiveFault = 'TRUNCATED' | 'BAD_LENGTH' | 'HEADER_TOO_LONG' | 'BAD_HEADER' | 'DATA_TOO_LONG';

interface Head {
  readonly header: NaiveHeader;
  readonly dataBytes: number;
  readonly headBytes: number;
}

export function toBytes(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'));
}

export function fromBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

/** The bytes of a text in UTF-8. */
export function utf8(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

export function naiveEncode(header: NaiveHeader, data: string): string {
  const text = utf8(
    `{"index":${header.index},"connection_id":${JSON.stringify(header.connectionId)},"meta":${JSON.stringify(header.meta)}}`,
  );
  return `${text.length}\n${data.length}\n${text}${data}`;
}

export function naiveHeader(bytes: string): NaiveHeader | null {
  const value = parse(bytes, true);
  if (!hasFields(value, 'connection_id index meta')) return null;
  const { index, connection_id: connectionId, meta } = value;
  if (!isInteger(index) || typeof connectionId !== 'string' || connectionId.length > MAX_ID_LENGTH)
    return null;
  const shape = JSON.stringify(meta);
  if (shape === '["Normal"]') return { index: index + 0, connectionId, meta: ['Normal'] };
  if (shape === '["Resend_ack"]') return { index: index + 0, connectionId, meta: ['Resend_ack'] };
  if (!/^\["Ack",-?\d+\]$/.test(shape)) return null;
  const ackIndex = (meta as [string, number])[1];
  return isInteger(ackIndex) ? { index: index + 0, connectionId, meta: ['Ack', ackIndex + 0] } : null;
}

export function naiveMessage(bytes: string): Message | null {
  const value = parse(bytes, false);
  if (!Array.isArray(value) || value.length !== 2) return null;
  const [kind, body] = value as [unknown, unknown];
  if (kind === 'Latency' && JSON.stringify(body) === '["Ping"]') return { kind: 'ping' };
  if (kind === 'Latency' && JSON.stringify(body) === '["Pong"]') return { kind: 'pong' };
  if (kind === 'Hello') {
    return hasFields(body, 'name') && typeof body.name === 'string'
      ? { kind: 'hello', name: body.name }
      : null;
  }
  if (kind !== 'Bandwidth' || !hasFields(body, 'direction n_packets packet_size')) return null;
  const { direction, n_packets: nPackets, packet_size: packetSizeBytes } = body;
  if (!['["Up"]', '["Down"]'].includes(JSON.stringify(direction))) return null;
  if (!isInteger(nPackets) || nPackets < 0 || !isInteger(packetSizeBytes) || packetSizeBytes < 0) return null;
  return {
    kind: 'bandwidth',
    direction: JSON.stringify(direction) === '["Up"]' ? 'up' : 'down',
    nPackets: nPackets + 0,
    packetSizeBytes: packetSizeBytes + 0,
  };
}

/** Lengths and header of the packet at the start; data above `maxDataBytes` is a fault. */
export function naiveHead(bytes: string, maxDataBytes: number): Head | NaiveFault {
  const first = naiveLength(bytes);
  if (typeof first === 'string') return first;
  if (first.value > MAX_HEADER_BYTES) return 'HEADER_TOO_LONG';
  const second = naiveLength(bytes.slice(first.lineBytes));
  if (typeof second === 'string') return second;
  if (second.value > maxDataBytes) return 'DATA_TOO_LONG';
  const headerOff = first.lineBytes + second.lineBytes;
  if (bytes.length < headerOff + first.value) return 'TRUNCATED';
  const header = naiveHeader(bytes.slice(headerOff, headerOff + first.value));
  if (header === null) return 'BAD_HEADER';
  return { header, dataBytes: second.value, headBytes: headerOff + first.value };
}

export type NaiveEvent = { readonly header: NaiveHeader; readonly data: string } | 'counted';

export interface NaiveStream {
  readonly events: readonly NaiveEvent[];
  readonly fault: NaiveFault | null;
  readonly bulkBytes: number;
  readonly isPartial: boolean;
}

/** A whole stream of packets. `countAfter` says how many bulk packets follow a message, null for none. */
export function naiveStream(
  bytes: string,
  limits: { maxDataBytes: number; maxMessageBytes: number },
  countAfter: (data: string) => number | null,
): NaiveStream {
  const events: NaiveEvent[] = [];
  let rest = bytes;
  let bulkLeft: number | null = null;
  let bulkBytes = 0;
  for (;;) {
    if (bulkLeft === 0) {
      events.push('counted');
      bulkLeft = null;
    }
    const head = naiveHead(rest, bulkLeft === null ? limits.maxMessageBytes : limits.maxDataBytes);
    if (head === 'TRUNCATED') return { events, fault: null, bulkBytes, isPartial: rest.length > 0 };
    if (typeof head === 'string') return { events, fault: head, bulkBytes, isPartial: false };
    const data = rest.slice(head.headBytes, head.headBytes + head.dataBytes);
    if (bulkLeft !== null) bulkBytes += data.length;
    if (data.length < head.dataBytes) return { events, fault: null, bulkBytes, isPartial: true };
    rest = rest.slice(head.headBytes + head.dataBytes);
    if (bulkLeft === null) {
      events.push({ header: head.header, data });
      bulkLeft = countAfter(data);
    } else bulkLeft--;
  }
}

function naiveLength(bytes: string): { value: number; lineBytes: number } | 'BAD_LENGTH' | 'TRUNCATED' {
  const line = /^(0|[1-9]\d{0,15})\n/.exec(bytes);
  if (line === null) return /^(0|[1-9]\d{0,15})?$/.test(bytes) ? 'TRUNCATED' : 'BAD_LENGTH';
  if (BigInt(line[1]!) > BigInt(Number.MAX_SAFE_INTEGER)) return 'BAD_LENGTH';
  return { value: Number(line[1]), lineBytes: line[0].length };
}

function parse(bytes: string, isStrictUtf8: boolean): unknown {
  try {
    const decoder = new TextDecoder('utf-8', { fatal: isStrictUtf8, ignoreBOM: true });
    const text = decoder.decode(toBytes(bytes));
    const value: unknown = JSON.parse(text);
    return hasFraction(text) ? undefined : value;
  } catch {
    return undefined;
  }
}

/** Whether a number of a JSON text has a fraction or an exponent: one character after the other. */
function hasFraction(json: string): boolean {
  let isInString = false;
  for (let i = 0; i < json.length; i++) {
    const char = json[i]!;
    if (char === '"') isInString = !isInString;
    else if (isInString && char === '\\') i++;
    else if (!isInString && '.eE'.includes(char)) return true;
  }
  return false;
}

function hasFields(value: unknown, sortedNames: string): value is Record<string, unknown> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false;
  return Object.keys(value).sort().join(' ') === sortedNames;
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
