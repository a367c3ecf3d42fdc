import type { CcName } from '../../wire/v2/message.js';

export interface BulkPlan {
  /** Data bytes of each packet, without lengths and header. */
  readonly packetSizeBytes: number;
  readonly reliable: boolean;
  /** Data bits a second; 0: no rate is set. */
  readonly rateBps: number;
  readonly cc: CcName;
  /** Packets to send; Infinity where only `stopBulk` ends it. */
  readonly packets: number;
}

/** What was sent since the last startBulk. */
export interface SentFigures {
  /** First copies, those that are partly sent included. */
  readonly packets: number;
  readonly bytes: number;
  readonly resent: number;
  readonly spurious: number;
}

/** What was received since the last resetPhase: the counts of a Report. */
export interface ReceivedFigures {
  readonly packets: number;
  readonly bytes: number;
  readonly lost: number;
  readonly recovered: number;
  readonly residual: number;
  readonly reordered: number;
  readonly duplicates: number;
  readonly resent: number;
  readonly jitterNs: number;
  /** null while no stamp has come. */
  readonly owdMinNs: number | null;
}

/** What receiving costs, since some moment of the past. */
export interface ReceiverLoad {
  /** How long the thread was at work, or had to wait for a CPU. */
  readonly busyUs: number;
  /** Datagrams that found the socket's receive queue full; null: not known, or there are none. */
  readonly queueDrops: number | null;
}

/** What a session of v2 asks of whatever carries it: a stream, or datagrams with an engine that makes them
 *  reliable. Sessions decide what is said and in which order. */
export interface TransportV2 {
  /** False while a datagram's sender may be forged: nothing large is sent to it. */
  readonly isValidated: boolean;
  /** Data bytes of the longest message that it carries. */
  readonly maxMessageBytes: number;
  /** Whether so many messages wait to be sent that nothing should be said unasked. */
  readonly isCrowded: boolean;
  /** Whether all bulk data asked for has been sent once, or handed to the system. */
  readonly isBulkDone: boolean;
  /** Whether what was sent of the bulk data that `stopBulk` ended has arrived, as far as that is ever known. */
  readonly isBulkAcked: boolean;
  readonly sent: SentFigures;
  readonly received: ReceivedFigures;
  readonly load: ReceiverLoad;

  /** Sends a message as soon as the packet being sent is done, in the order of the calls. */
  sendMessage(data: Uint8Array): void;
  /** As sendMessage, with the listener's answer to a Hello.
   *  @param token 16 hexadecimal digits */
  sendAccept(token: string, data: Uint8Array): void;
  sendBye(nowUs: number, reason: string): void;
  startBulk(nowUs: number, plan: BulkPlan): void;
  /** Sends no further bulk packets; a packet that has been begun is finished. Called at the end of every phase,
   *  before its Done is sent. */
  stopBulk(): void;
  /** Whether a set rate is owed packets that should have been sent by now. */
  isBulkBehind(nowUs: number): boolean;
  /** A phase's data has been sent: so many first copies. For whoever listens in. */
  noteBulkSent(packets: number, packetSizeBytes: number): void;
  /** A phase begins whose reliable data comes in packets of this size, at this rate; 0: none is set. */
  expectBulk(packetSizeBytes: number, rateBps: number): void;
  /** An unreliable phase of so many packets is over: what has not come by now never will. */
  finishDatagrams(packets: number): void;
  /** The next phase's data is counted from here. Called when a phase is over: the next one's data may come
   *  before the message that announces it. */
  resetPhase(): void;
  /** One-way delays above the least one of this phase, in HDR's V2 compressed encoding, base64; may be empty. */
  owdHistogram(): string;
}
