import { SendRun } from '../../src/arq/send-run.js';
import type { SessionEvent } from '../../src/session/event.js';
import type { Session } from '../../src/session/session.js';
import {
  type DatagramHandler,
  type DatagramSettings,
  DatagramTransport,
} from '../../src/session/v2/datagram-transport.js';
import type { VersionedTransport } from '../../src/session/versioned-session.js';

/** What a UDP_SEGMENT send carries. */
const RUN_BYTES = 65_536;
const RUN_SEGMENTS = 64;
/** The system takes a datagram in about this; the next run waits for it. */
const SEND_US = 2;

type OfType<T extends SessionEvent['type']> = Extract<SessionEvent, { type: T }>;

/** One end of a UDP connection that speaks either version, on virtual time: what a shard composes. */
export class DatagramEnd {
  readonly events: SessionEvent[] = [];
  /** Phases that have ended. */
  readonly ended = { up: 0, down: 0 };
  /** The data of each message that came, as text. */
  readonly heard: string[] = [];
  readonly rttsNs: number[] = [];
  readonly transport: DatagramTransport;
  readonly session: Session;
  /** Why nothing more is handled: a failure of the session, a Bye, or a fault of the transport. */
  ending: string | null = null;
  #progress = 0;
  #freeUs = 0;
  #hasMore = false;
  readonly #run = new SendRun(new Uint8Array(RUN_BYTES), RUN_SEGMENTS);
  readonly #handler: DatagramHandler = {
    handleMessage: (nowUs, data, head) => {
      this.heard.push(Buffer.from(data).toString());
      this.session.handleMessage(nowUs, data, head);
    },
    handleRepeated: () => this.session.handleRepeated(),
    handleCounted: (nowUs, bulkBytes) => this.session.handleCounted(nowUs, bulkBytes),
    handleBye: (reason) => this.session.handleBye(reason),
  };

  constructor(
    settings: Pick<DatagramSettings, 'role' | 'connectionId' | 'token'>,
    makeSession: (transport: VersionedTransport, nowUs: number) => Session,
  ) {
    const samples = { handleRtt: (rttNs: number) => this.rttsNs.push(rttNs), handleOwd() {} };
    this.transport = new DatagramTransport(
      {
        ...settings,
        samples,
        owdHistogram: () => '',
        load: () => ({ busyUs: 0, queueDrops: null }),
        tap: null,
      },
      0,
    );
    this.session = makeSession(this.transport, 0);
  }

  of<T extends SessionEvent['type']>(type: T): OfType<T>[] {
    return this.events.flatMap((event) => (event.type === type ? [event as OfType<T>] : []));
  }

  phases(direction: 'up' | 'down'): OfType<'phase'>[] {
    return this.of('phase').filter((phase) => phase.direction === direction);
  }

  /** An orderly end: what there is to say is still sent. */
  end(nowUs: number, reason: string): void {
    this.session.end(nowUs, reason);
  }

  handleDatagram(nowUs: number, datagram: Uint8Array): void {
    if (this.ending !== null) return;
    this.transport.handleDatagram(nowUs, datagram, 0, datagram.length);
    this.#settle(nowUs);
  }

  handleTimeout(nowUs: number): void {
    if (this.ending !== null) return;
    this.transport.handleTimeout(nowUs);
    this.#settle(nowUs);
    this.session.handleTimeout(nowUs);
    this.#settle(nowUs);
  }

  pollTimeout(): number {
    if (this.ending !== null) return Number.POSITIVE_INFINITY;
    const sendUs = this.#hasMore ? this.#freeUs : this.transport.pollTimeout();
    return Math.min(this.session.pollTimeout(), Math.max(this.#freeUs, sendUs));
  }

  /** Sends the next run, if the system has taken the last one. */
  transmit(nowUs: number, send: (datagram: Uint8Array) => void): void {
    if (this.ending !== null || nowUs < this.#freeUs) return;
    const run = this.#run;
    const segments = this.transport.transmit(nowUs, run);
    this.#hasMore = segments > 0;
    if (segments === 0) return;
    this.#freeUs = nowUs + SEND_US * segments;
    for (let at = 0; at < run.sizeBytes; at += run.segmentBytes) {
      send(run.bytes.subarray(at, Math.min(run.sizeBytes, at + run.segmentBytes)));
    }
    this.#settle(nowUs);
  }

  #settle(nowUs: number): void {
    const { transport, session } = this;
    while (this.ending === null && transport.handleNext(nowUs, this.#handler)) this.#drainEvents();
    if (transport.fault !== null) this.ending ??= transport.fault.code;
    if (this.ending !== null) return;
    if (transport.progress !== this.#progress) session.handleProgress(nowUs, transport.bulkBytesReceived);
    this.#progress = transport.progress;
    this.#drainEvents();
  }

  #drainEvents(): void {
    for (let event = this.session.pollEvent(); event !== undefined; event = this.session.pollEvent()) {
      this.events.push(event);
      if (event.type === 'phase') this.ended[event.direction]++;
      if (event.type === 'failed') this.ending = event.text;
      else if (event.type === 'bye') this.ending = `bye: ${event.reason}`;
    }
  }
}
