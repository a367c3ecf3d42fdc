import type { Limit } from '../../stats/snapshot.js';

/** "limited by ..." */
export const CAUSE_TEXTS = {
  rate: 'the rate that is set',
  'sender-cpu': "the sender's CPU",
  'send-buffer': "the sender's socket buffer",
  'receiver-cpu': "the receiver's CPU",
  'receiver-buffer': "the receiver's socket buffer",
  window: "the peer's window",
  path: 'the path',
  'path-or-receiver': 'the path or the receiver',
} as const satisfies Record<Limit['cause'], string>;
