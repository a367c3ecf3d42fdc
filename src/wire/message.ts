import { badMessage, type WireError } from './errors.js';
import { hasExactly, parseJson, toInteger } from './json.js';
import { decodeUtf8, encodeUtf8 } from './text.js';

/*
 * The data of a control packet:
 *
 *   ["Hello",{"name":"sender"}]
 *   ["Latency",["Ping"]]   ["Latency",["Pong"]]
 *   ["Bandwidth",{"direction":["Up"],"n_packets":182857,"packet_size":1400}]   (or ["Down"])
 */

export type Message =
  | { readonly kind: 'hello'; readonly name: string }
  | { readonly kind: 'ping' }
  | { readonly kind: 'pong' }
  | {
      readonly kind: 'bandwidth';
      /** Seen from the client. */
      readonly direction: 'up' | 'down';
      readonly nPackets: number;
      /** Data bytes of each packet, without lengths and header. */
      readonly packetSizeBytes: number;
    };

const BANDWIDTH_FIELDS = ['direction', 'n_packets', 'packet_size'] as const;

export const PING_BYTES = encodeUtf8('["Latency",["Ping"]]');
export const PONG_BYTES = encodeUtf8('["Latency",["Pong"]]');

/** The canonical bytes, as the original writes them. Counts are safe integers >= 0. */
export function encodeMessage(message: Message): Uint8Array {
  switch (message.kind) {
    case 'hello':
      return encodeUtf8(JSON.stringify(['Hello', { name: message.name }]));
    case 'ping':
      return PING_BYTES;
    case 'pong':
      return PONG_BYTES;
    case 'bandwidth':
      return encodeBandwidth(message);
  }
}

const PING = { kind: 'ping' } as const;
const PONG = { kind: 'pong' } as const;

/** A Ping or Pong in canonical bytes, whose time matters; null: something else, or they are written otherwise. */
export function readBeat(data: Uint8Array): typeof PING | typeof PONG | null {
  if (isSame(data, PING_BYTES)) return PING;
  return isSame(data, PONG_BYTES) ? PONG : null;
}

function isSame(data: Uint8Array, expected: Uint8Array): boolean {
  if (data.length !== expected.length) return false;
  for (let i = 0; i < expected.length; i++) if (data[i] !== expected[i]) return false;
  return true;
}

/** Any field order and JSON white space, strict in everything else. A name that isn't well-formed UTF-8,
 *  which the original passes on as it came, is shown with replacement characters. */
export function decodeMessage(data: Uint8Array): Message | WireError {
  const beat = readBeat(data);
  if (beat !== null) return beat;
  const value = parseJson(decodeUtf8(data));
  if (!Array.isArray(value) || value.length !== 2) {
    return badMessage(data, 'a Hello, Latency or Bandwidth message in JSON');
  }
  const body: unknown = value[1];
  switch (value[0]) {
    case 'Hello':
      return decodeHello(body) ?? badMessage(data, '["Hello",{"name":"NAME"}]');
    case 'Latency':
      return decodeLatency(body) ?? badMessage(data, '["Latency",["Ping"]] or ["Latency",["Pong"]]');
    case 'Bandwidth':
      return decodeBandwidth(body) ?? badMessage(data, BANDWIDTH_FORM);
    default:
      return badMessage(data, 'a Hello, Latency or Bandwidth message');
  }
}

const BANDWIDTH_FORM =
  '["Bandwidth",{"direction":["Up"],"n_packets":N,"packet_size":N}] (or ["Down"]; ' +
  `each N an integer from 0 to ${Number.MAX_SAFE_INTEGER})`;

function encodeBandwidth(message: Extract<Message, { kind: 'bandwidth' }>): Uint8Array {
  const body = {
    direction: [message.direction === 'up' ? 'Up' : 'Down'],
    n_packets: message.nPackets,
    packet_size: message.packetSizeBytes,
  };
  return encodeUtf8(JSON.stringify(['Bandwidth', body]));
}

function decodeHello(body: unknown): Message | null {
  if (!hasExactly(body, ['name']) || typeof body.name !== 'string') return null;
  return { kind: 'hello', name: body.name };
}

function decodeLatency(body: unknown): Message | null {
  switch (onlyElement(body)) {
    case 'Ping':
      return { kind: 'ping' };
    case 'Pong':
      return { kind: 'pong' };
    default:
      return null;
  }
}

function decodeBandwidth(body: unknown): Message | null {
  if (!hasExactly(body, BANDWIDTH_FIELDS)) return null;
  const direction = onlyElement(body.direction);
  const nPackets = toInteger(body.n_packets);
  const packetSizeBytes = toInteger(body.packet_size);
  if (direction !== 'Up' && direction !== 'Down') return null;
  if (nPackets === null || nPackets < 0 || packetSizeBytes === null || packetSizeBytes < 0) return null;
  return { kind: 'bandwidth', direction: direction === 'Up' ? 'up' : 'down', nPackets, packetSizeBytes };
}

function onlyElement(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 ? value[0] : undefined;
}
