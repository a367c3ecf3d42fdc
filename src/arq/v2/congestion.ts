import type { CcName } from '../../wire/v2/message.js';
import { Cubic } from './cubic.js';
import { NewReno } from './newreno.js';
import { FixedWindow } from './none.js';

/** What a Sack has brought, filled in place. */
export class AckEvent {
  nowUs = 0;
  ackedBytes = 0;
  /** The newest transmission known to have arrived, and the next one to be made. */
  largestTransmission = -1;
  nextTransmission = 0;
  /** The sample of this Sack; -1 where it has none. */
  rttUs = -1;
  smoothedRttUs = 0;
  /** There was less to send than the window would have let. */
  isAppLimited = false;
}

/** Decides how many bytes may be on their way. Called for each Sack and each loss event, never for a packet. */
export interface CongestionController {
  readonly name: CcName;
  readonly cwndBytes: number;
  readonly isSlowStart: boolean;
  /** What one packet costs from now on, when a phase begins. */
  setPacketBytes(packetBytes: number, nowUs: number): void;
  /** Not called for what was sent before the last loss event (RFC 9002 §7.3.2). */
  handleAck(ack: AckEvent): void;
  /** Once a round trip, whatever is lost in it. */
  handleLoss(nowUs: number): void;
  /** RFC 9002 §7.6. */
  handlePersistentCongestion(): void;
}

export function makeController(name: CcName, packetBytes: number): CongestionController {
  switch (name) {
    case 'cubic':
      return new Cubic(packetBytes);
    case 'newreno':
      return new NewReno(packetBytes);
    case 'none':
      return new FixedWindow(packetBytes);
  }
}
