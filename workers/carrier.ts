import type { IoFailure } from '../src/io/failure.js';
import type { Endpoint } from '../src/io/tcp.js';
import type { PhaseDirection } from '../src/session/event.js';
import type { Session } from '../src/session/session.js';
import type { VersionedTransport } from '../src/session/versioned-session.js';

/** What became of the time that data was sent in, since the connection began: told over TCP by the kernel as of the
 *  last `count`, over UDP in version 2 by our own engine. */
export interface SendTimes {
  /** That there was data to send or on its way. */
  readonly dataUs: number;
  /** Of it, that the peer's window held data back. */
  readonly windowUs: number;
  /** That our own send buffer did. */
  readonly bufferUs: number;
  /** That congestion control did; 0 over TCP, whose kernel doesn't tell. */
  readonly congestionUs: number;
  /** The smoothed round trip of now; 0: none is known. */
  readonly rttUs: number;
}

/** What carries the packets of a connection: a TCP link, or (its share of) a UDP socket. */
export interface Carrier {
  readonly protocol: 'tcp' | 'udp';
  readonly transport: VersionedTransport;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** Of its socket, which a listener's connections over UDP share; -1: it has none. */
  readonly fd: number;
  /** The peer has shown that it is one: by TCP's handshake, or by more than a datagram that may be forged. */
  readonly isProven: boolean;
  /** null: nobody tells. */
  readonly sendTimes: SendTimes | null;
  /** Data bytes of the largest bulk packet that an original gets whole. */
  readonly maxOriginalBytes: number;
  /** Datagrams that the system found too large, here or by what a router said; 0 on a stream. */
  readonly tooLarge: number;
  readonly bulkBytesSent: number;
  readonly bulkBytesReceived: number;
  start(): void;
  /** Sends while there is something to say and room to say it. */
  pump(): void;
  /** Whether anything went on since it was asked last that means that the peer lives. */
  takeProgress(): boolean;
  handleTimeout(nowUs: number): void;
  pollTimeout(): number;
  /** What a datagram has in front of its bulk data, the digits of the data's size left out; 0 on a stream. */
  headBytes(isReliable: boolean): number;
  /** Data of the next path probe for a datagram of so many bytes; null on a stream. */
  probeDataBytes(direction: PhaseDirection, datagramBytes: number): number | null;
  /** Adds its counters to what earlier connections of the same key had counted. */
  count(values: Float64Array, base: Float64Array): void;
  /** The next `count` counts all datagrams that the system has dropped by now. */
  refreshDrops(): void;
  /** Lets go of everything at once; nothing more is told. */
  destroy(): void;
  /** Lets go when what has been queued is said. */
  end(ended: () => void): void;
}

/** The connection, as its carrier sees it. */
export interface CarrierHost {
  readonly isClosed: boolean;
  /** The Hellos were exchanged. */
  readonly isGreeted: boolean;
  /** The session, and whoever listens in on it. */
  readonly reader: Pick<Session, 'handleMessage' | 'handleCounted' | 'handleRepeated' | 'handleBye'>;
  /** After each thing that was read. */
  drainEvents(): void;
  /** After anything that has happened. */
  settle(nowUs: number): void;
  fail(failure: IoFailure): void;
}
