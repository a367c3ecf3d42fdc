import { encodeV2Message, type V2Message } from '../../../src/wire/v2/message.js';
import type { V2Meta } from '../../../src/wire/v2/meta.js';

export const ID = '6b1e9d3c-5f0e-4d9b-9a54-1c2a7f3d8e10+2';
const TOKEN = '0123456789abcdef';

interface Example {
  readonly index: number;
  /** null: Normal. */
  readonly meta: V2Meta | null;
  readonly message?: V2Message;
}

/** What the vectors of docs/protocol.md mean, by name. */
export const EXAMPLES: Readonly<Record<string, Example>> = {
  'v2 Hello': { index: 0, meta: null, message: { kind: 'hello', name: 'cli' } },
  'v2 Hello, answered': {
    index: 0,
    meta: { kind: 'accept', token: TOKEN, copy: 0 },
    message: { kind: 'hello', name: 'srv' },
  },
  'v2 Ping with the token': {
    index: 1,
    meta: { kind: 'token', token: TOKEN, copy: 0 },
    message: { kind: 'ping' },
  },
  'v2 Pong, sent again': { index: 1, meta: { kind: 'resend', copy: 1 }, message: { kind: 'pong' } },
  'v2 Start': {
    index: 3,
    meta: null,
    message: {
      kind: 'start',
      phase: 1,
      direction: 'up',
      packetSizeBytes: 1400,
      reliable: true,
      rateBps: 0,
      bound: { kind: 'time', us: 1_000_000 },
      cc: 'cubic',
    },
  },
  'v2 Done': {
    index: 90_004,
    meta: null,
    message: {
      kind: 'done',
      phase: 1,
      packets: 90_000,
      bytes: 126_000_000,
      elapsedUs: 1_000_013,
      resent: 12,
      spurious: 0,
    },
  },
  'v2 Report': {
    index: 4,
    meta: null,
    message: {
      kind: 'report',
      phase: 1,
      final: true,
      packets: 90_000,
      bytes: 126_000_000,
      elapsedUs: 1_000_013,
      lost: 12,
      recovered: 12,
      residual: 0,
      reordered: 3,
      duplicates: 1,
      resent: 12,
      jitterNs: 18_250,
      busyUs: 412_000,
      queueDrops: 4,
      owdMinNs: -73_000_512,
      owd: '',
    },
  },
  'v2 Refuse': {
    index: 5,
    meta: null,
    message: { kind: 'refuse', phase: 2, code: 'rate', limit: 1_000_000_000 },
  },
  'v2 Sack': {
    index: -1,
    meta: {
      kind: 'sack',
      sack: {
        next: 1007,
        last: [1012, 0],
        delayUs: 40,
        window: 16_384,
        ranges: [
          [5, 5],
          [1, 3],
        ],
      },
    },
  },
  'v2 Bye': { index: -1, meta: { kind: 'bye', reason: 'stopped by its user' } },
  'v2 Reset': { index: -1, meta: { kind: 'reset' } },
};

export function dataOf({ message }: Example): Uint8Array {
  return message === undefined ? new Uint8Array(0) : encodeV2Message(message);
}
