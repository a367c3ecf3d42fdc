import type { QueueDrops } from '../src/io/kernel/queue-drops.js';
import type { UdpSettings } from '../src/io/open-udp.js';
import type { SendTap } from '../src/session/v2/stream-transport.js';
import type { ReceiverLoad } from '../src/session/v2/transport.js';
import type { PacketTap } from './packet-tap.js';
import type { SendBuffers } from './send-buffers.js';
import type { SendRuns } from './send-runs.js';
import type { Timers } from './timers.js';
import type { TooLargeNotices } from './too-large.js';
import type { Turn } from './turn.js';

/** What the connections of a shard share. */
export interface Resources extends UdpSettings {
  readonly timers: Timers;
  readonly turn: Turn;
  readonly sendBuffers: SendBuffers;
  readonly sendRuns: SendRuns;
  readonly queueDrops: QueueDrops;
  readonly tooLargeNotices: TooLargeNotices;
  readonly tap: PacketTap | null;
  /** How long the shard's thread was at work, or had to wait for a CPU, since it began. */
  busyUs(): number;
  readonly maxPacketSizeBytes: number;
}

/** What a carrier's transport is told of the connection's figures. */
export interface CarrierSettings {
  recordOwd(owdNs: number, times?: number): void;
  recordRtt(rttNs: number): void;
  owdHistogram(): string;
  load(): ReceiverLoad;
  readonly tap: SendTap | null;
}
