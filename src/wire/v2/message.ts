import { badMessage, type WireError } from '../errors.js';
import { hasExactly, parseJson, toInteger } from '../json.js';
import { decodeMessage, encodeMessage, type Message, readBeat } from '../message.js';
import { decodeUtf8, encodeUtf8 } from '../text.js';
import { decodeReport, encodeReport, type Report } from './report.js';

/*
 * Beside v1's Hello, Ping and Pong:
 *
 *   ["Start",{"phase":1,"direction":["Up"],"packet_size":1400,"reliable":true,"rate_bps":0,"bound":["Time",1000000],"cc":["Cubic"]}]
 *   ["Done",{"phase":1,"packets":1000,"bytes":1400000,"elapsed_us":1000000,"resent":3,"spurious":1}]
 *   ["Report",{…}]                                                     report.ts
 *   ["Refuse",{"phase":1,"code":"rate","limit":1000000}]
 */

export const CC_NAMES = ['cubic', 'newreno', 'none'] as const;
export type CcName = (typeof CC_NAMES)[number];

export const REFUSAL_CODES = [
  'packet_size',
  'rate',
  'phase_time',
  'phase_bytes',
  'cc',
  'unvalidated',
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** What ends a phase. */
export type Bound =
  | { readonly kind: 'time'; readonly us: number }
  | { readonly kind: 'packets'; readonly packets: number }
  | { readonly kind: 'bytes'; readonly bytes: number };

export interface Start {
  readonly kind: 'start';
  readonly phase: number;
  /** Seen from the client. */
  readonly direction: 'up' | 'down';
  /** Data bytes of each packet, without lengths and header. */
  readonly packetSizeBytes: number;
  readonly reliable: boolean;
  /** Data bits a second; 0: as fast as congestion control lets. */
  readonly rateBps: number;
  readonly bound: Bound;
  readonly cc: CcName;
}

/** What the sender of a phase's data sent. */
export interface Done {
  readonly kind: 'done';
  readonly phase: number;
  readonly packets: number;
  readonly bytes: number;
  readonly elapsedUs: number;
  readonly resent: number;
  /** Of these, copies of what had arrived. */
  readonly spurious: number;
}

export interface Refuse {
  readonly kind: 'refuse';
  readonly phase: number;
  readonly code: RefusalCode;
  /** What would have been served; 0 where there is no such number. */
  readonly limit: number;
}

export type V2Message = Exclude<Message, { kind: 'bandwidth' }> | Start | Done | Report | Refuse;

const START_FIELDS = ['phase', 'direction', 'packet_size', 'reliable', 'rate_bps', 'bound', 'cc'] as const;
const DONE_FIELDS = ['phase', 'packets', 'bytes', 'elapsed_us', 'resent', 'spurious'] as const;
const REFUSE_FIELDS = ['phase', 'code', 'limit'] as const;

const BOUND_NAMES = { time: 'Time', packets: 'Packets', bytes: 'Bytes' } as const;
const CC_WORDS = { cubic: 'Cubic', newreno: 'Newreno', none: 'None' } as const;

/** The canonical bytes. Numbers are safe integers >= 0. */
export function encodeV2Message(message: V2Message): Uint8Array {
  switch (message.kind) {
    case 'start':
      return encodeStart(message);
    case 'done':
      return encodeDone(message);
    case 'report':
      return encodeReport(message);
    case 'refuse': {
      const { phase, code, limit } = message;
      return encodeUtf8(JSON.stringify(['Refuse', { phase, code, limit }]));
    }
    default:
      return encodeMessage(message);
  }
}

/** Any field order and JSON white space, strict in everything else. */
export function decodeV2Message(data: Uint8Array): V2Message | WireError {
  const beat = readBeat(data);
  if (beat !== null) return beat;
  const value = parseJson(decodeUtf8(data));
  const [name, body, ...rest]: unknown[] = Array.isArray(value) ? value : [];
  if (rest.length > 0) return badMessage(data, 'a message with one body');
  switch (name) {
    case 'Start':
      return decodeStart(body) ?? badMessage(data, START_FORM);
    case 'Done':
      return decodeDone(body) ?? badMessage(data, 'Done with its six counts');
    case 'Report':
      return decodeReport(body) ?? badMessage(data, 'Report with its fourteen or fifteen fields');
    case 'Refuse':
      return (
        decodeRefuse(body) ?? badMessage(data, `Refuse with one of the codes ${REFUSAL_CODES.join(', ')}`)
      );
    default:
      return decodeV1(data);
  }
}

const START_FORM =
  'Start with phase, direction ["Up"] or ["Down"], packet_size, reliable, rate_bps, ' +
  'bound ["Time",US], ["Packets",N] or ["Bytes",N], and cc ["Cubic"], ["Newreno"] or ["None"]';

function decodeV1(data: Uint8Array): V2Message | WireError {
  const message = decodeMessage(data);
  if ('code' in message || message.kind !== 'bandwidth') return message;
  return badMessage(data, 'a Start (Bandwidth is of version 1)');
}

function encodeStart(start: Start): Uint8Array {
  const { bound } = start;
  const boundValue =
    bound.kind === 'time' ? bound.us : bound.kind === 'packets' ? bound.packets : bound.bytes;
  const body = {
    phase: start.phase,
    direction: [start.direction === 'up' ? 'Up' : 'Down'],
    packet_size: start.packetSizeBytes,
    reliable: start.reliable,
    rate_bps: start.rateBps,
    bound: [BOUND_NAMES[bound.kind], boundValue],
    cc: [CC_WORDS[start.cc]],
  };
  return encodeUtf8(JSON.stringify(['Start', body]));
}

function encodeDone({ phase, packets, bytes, elapsedUs, resent, spurious }: Done): Uint8Array {
  const body = { phase, packets, bytes, elapsed_us: elapsedUs, resent, spurious };
  return encodeUtf8(JSON.stringify(['Done', body]));
}

function decodeStart(body: unknown): Start | null {
  if (!hasExactly(body, START_FIELDS) || typeof body.reliable !== 'boolean') return null;
  const direction = onlyElement(body.direction);
  const phase = toCount(body.phase);
  const packetSizeBytes = toCount(body.packet_size);
  const rateBps = toCount(body.rate_bps);
  const bound = decodeBound(body.bound);
  const cc = CC_NAMES.find((name) => CC_WORDS[name] === onlyElement(body.cc));
  if (direction !== 'Up' && direction !== 'Down') return null;
  if (phase === null || packetSizeBytes === null || rateBps === null) return null;
  if (bound === null || cc === undefined) return null;
  return {
    kind: 'start',
    phase,
    direction: direction === 'Up' ? 'up' : 'down',
    packetSizeBytes,
    reliable: body.reliable,
    rateBps,
    bound,
    cc,
  };
}

function decodeBound(value: unknown): Bound | null {
  if (!Array.isArray(value) || value.length !== 2) return null;
  const count = toCount(value[1]);
  if (count === null) return null;
  switch (value[0]) {
    case 'Time':
      return { kind: 'time', us: count };
    case 'Packets':
      return { kind: 'packets', packets: count };
    case 'Bytes':
      return { kind: 'bytes', bytes: count };
    default:
      return null;
  }
}

function decodeDone(body: unknown): Done | null {
  if (!hasExactly(body, DONE_FIELDS)) return null;
  const counts = DONE_FIELDS.map((field) => toCount(body[field]));
  if (counts.includes(null)) return null;
  const [phase, packets, bytes, elapsedUs, resent, spurious] = counts as [
    ...[number, number, number],
    ...[number, number, number],
  ];
  return { kind: 'done', phase, packets, bytes, elapsedUs, resent, spurious };
}

function decodeRefuse(body: unknown): Refuse | null {
  if (!hasExactly(body, REFUSE_FIELDS)) return null;
  const phase = toCount(body.phase);
  const limit = toCount(body.limit);
  const code = REFUSAL_CODES.find((known) => known === body.code);
  return phase === null || limit === null || code === undefined
    ? null
    : { kind: 'refuse', phase, code, limit };
}

function onlyElement(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 ? value[0] : undefined;
}

function toCount(value: unknown): number | null {
  const count = toInteger(value);
  return count === null || count < 0 ? null : count;
}
