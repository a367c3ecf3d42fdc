/** The original's packets, read and written from the description of the wire alone: nothing of src/ in here. */

export type Meta =
  | { readonly kind: 'Normal' }
  | { readonly kind: 'Ack'; readonly index: number }
  | { readonly kind: 'Resend_ack' };

export interface Packet {
  readonly index: number;
  readonly id: string;
  readonly meta: Meta;
  readonly data: Buffer;
  /** Bytes behind the declared data. */
  readonly trailingBytes: number;
}

export type Message =
  | { readonly kind: 'hello'; readonly name: string }
  | { readonly kind: 'ping' }
  | { readonly kind: 'pong' }
  | { readonly kind: 'bandwidth'; readonly direction: string; readonly n: number; readonly size: number };

const LF = 0x0a;
const ZERO = 0x30;

export function writePacket(index: number, id: string, meta: unknown[], data: Buffer): Buffer {
  const header = Buffer.from(JSON.stringify({ index, connection_id: id, meta }));
  return Buffer.concat([Buffer.from(`${header.length}\n${data.length}\n`), header, data]);
}

/** null for whatever the original drops. */
export function readPacket(bytes: Buffer): Packet | null {
  const headerLine = readLength(bytes, 0);
  const dataLine = headerLine === null ? null : readLength(bytes, headerLine.end);
  if (headerLine === null || dataLine === null) return null;
  const headerEnd = dataLine.end + headerLine.length;
  const dataEnd = headerEnd + dataLine.length;
  if (dataEnd > bytes.length) return null;
  const header = readHeader(bytes.toString('utf8', dataLine.end, headerEnd));
  if (header === null) return null;
  const { index, id, meta } = header;
  return { index, id, meta, data: bytes.subarray(headerEnd, dataEnd), trailingBytes: bytes.length - dataEnd };
}

/** null for what makes the original close the connection. */
export function readMessage(data: Buffer): Message | null {
  const value = parse(data.toString());
  if (!Array.isArray(value) || value.length !== 2) return null;
  const [kind, body] = value as [unknown, unknown];
  if (kind === 'Latency') return readLatency(body);
  if (kind === 'Hello' && hasFields(body, ['name']) && typeof body.name === 'string') {
    return { kind: 'hello', name: body.name };
  }
  return kind === 'Bandwidth' ? readBandwidth(body) : null;
}

export const PING = Buffer.from('["Latency",["Ping"]]');
export const PONG = Buffer.from('["Latency",["Pong"]]');

export function writeHello(name: string): Buffer {
  return Buffer.from(JSON.stringify(['Hello', { name }]));
}

export function writeBandwidth(direction: 'Up' | 'Down', n: number, size: number): Buffer {
  return Buffer.from(
    JSON.stringify(['Bandwidth', { direction: [direction], n_packets: n, packet_size: size }]),
  );
}

/** The decimal line at `off`, and where it ends. */
function readLength(bytes: Buffer, off: number): { length: number; end: number } | null {
  let length = 0;
  let at = off;
  for (; bytes[at] !== LF; at++) {
    const digit = (bytes[at] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return null;
    length = length * 10 + digit;
  }
  return at === off ? null : { length, end: at + 1 };
}

function readHeader(text: string): { index: number; id: string; meta: Meta } | null {
  const value = parse(text);
  if (!hasFields(value, ['index', 'connection_id', 'meta'])) return null;
  const meta = readMeta(value.meta);
  if (!Number.isInteger(value.index) || typeof value.connection_id !== 'string' || meta === null) return null;
  return { index: value.index as number, id: value.connection_id, meta };
}

function readMeta(meta: unknown): Meta | null {
  if (!Array.isArray(meta)) return null;
  const [kind, index] = meta as unknown[];
  if (kind === 'Ack' && meta.length === 2 && Number.isInteger(index)) {
    return { kind, index: index as number };
  }
  return (kind === 'Normal' || kind === 'Resend_ack') && meta.length === 1 ? { kind } : null;
}

function readLatency(body: unknown): Message | null {
  if (!Array.isArray(body) || body.length !== 1) return null;
  if (body[0] === 'Ping') return { kind: 'ping' };
  return body[0] === 'Pong' ? { kind: 'pong' } : null;
}

function readBandwidth(body: unknown): Message | null {
  if (!hasFields(body, ['direction', 'n_packets', 'packet_size'])) return null;
  const { direction, n_packets: n, packet_size: size } = body;
  if (!Array.isArray(direction) || direction.length !== 1) return null;
  if (direction[0] !== 'Up' && direction[0] !== 'Down') return null;
  if (!Number.isInteger(n) || !Number.isInteger(size)) return null;
  return { kind: 'bandwidth', direction: direction[0], n: n as number, size: size as number };
}

function hasFields(value: unknown, names: readonly string[]): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.keys(value).length === names.length && names.every((name) => name in value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
