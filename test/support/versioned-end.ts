import type { SessionEvent } from '../../src/session/event.js';
import type { Session } from '../../src/session/session.js';
import {
  type StreamHandler,
  type StreamSettings,
  StreamTransport,
} from '../../src/session/v2/stream-transport.js';
import type { VersionedTransport } from '../../src/session/versioned-session.js';
import { SendBuffer } from '../../src/wire/send-buffer.js';
import type { VirtualClock } from './virtual-clock.js';
import type { FailedEvent, PhaseEvent, TimedEvent } from './virtual-end.js';
import type { VirtualStream } from './virtual-stream.js';

/** One end of a connection that speaks either version, on virtual time and streams: what a shard composes. */
export class VersionedEnd {
  readonly events: TimedEvent[] = [];
  /** Phases that have ended. */
  readonly ended = { up: 0, down: 0 };
  readonly owdsNs: number[] = [];
  /** What the sender of each phase was told to keep to. */
  readonly ratesBps: number[] = [];
  /** The data of each message that came, as text. */
  readonly heard: string[] = [];
  readonly transport: StreamTransport;
  readonly session: Session;
  isClosed = false;
  readonly #clock: VirtualClock;
  readonly #out: VirtualStream;
  readonly #buffer: SendBuffer;
  readonly #handler: StreamHandler = {
    handleMessage: (nowUs, data, head) => {
      this.heard.push(Buffer.from(data).toString());
      this.session.handleMessage(nowUs, data, head);
    },
    handleCounted: (nowUs, bulkBytes) => this.session.handleCounted(nowUs, bulkBytes),
    handleBye: (reason) => this.session.handleBye(reason),
  };
  #isWriting = false;
  #isFrozen = false;
  #takenBytes = 0;
  #wakeUs = Number.POSITIVE_INFINITY;

  constructor(
    clock: VirtualClock,
    out: VirtualStream,
    writeBytes: number,
    settings: Pick<StreamSettings, 'connectionId' | 'maxPacketSizeBytes'>,
    makeSession: (transport: VersionedTransport, nowUs: number) => Session,
  ) {
    this.#clock = clock;
    this.#out = out;
    this.#buffer = new SendBuffer(writeBytes);
    this.transport = new StreamTransport({
      ...settings,
      recordOwd: (owdNs) => this.owdsNs.push(owdNs),
      owdHistogram: () => `${this.owdsNs.length} delays`,
      load: () => ({ busyUs: 0, queueDrops: null }),
      tap: null,
      setRate: (rateBps) => this.ratesBps.push(rateBps),
    });
    this.session = makeSession(this.transport, clock.nowUs);
  }

  get failure(): (FailedEvent & { readonly atUs: number }) | null {
    const last = this.events.at(-1);
    return last?.event.type === 'failed' ? { ...last.event, atUs: last.atUs } : null;
  }

  of<T extends SessionEvent['type']>(type: T): Extract<SessionEvent, { type: T }>[] {
    return this.events.flatMap(({ event }) =>
      event.type === type ? [event as Extract<SessionEvent, { type: T }>] : [],
    );
  }

  phases(direction: 'up' | 'down'): PhaseEvent[] {
    return this.of('phase').filter((phase) => phase.direction === direction);
  }

  /** In us. */
  latenciesUs(isLoaded: boolean): number[] {
    return this.of('latency').flatMap(({ loaded, latencyNs }) =>
      loaded === isLoaded ? [latencyNs / 1000] : [],
    );
  }

  start(): void {
    this.#settle();
  }

  /** Writes nothing new and wakes no more: what is under way arrives, and then all is still. */
  freeze(): void {
    this.#isFrozen = true;
  }

  /** An orderly end. */
  end(reason: string): void {
    this.session.end(this.#clock.nowUs, reason);
    this.#settle();
  }

  handleData(bytes: Uint8Array, off: number, end: number): void {
    if (this.isClosed) return;
    const { transport, session } = this;
    const { nowUs } = this.#clock;
    const { packets, bulkBytes } = transport.framer;
    transport.feed(nowUs, bytes, off, end);
    while (transport.handleNext(nowUs, this.#handler) && !this.isClosed) this.#drainEvents();
    if (transport.fault !== null) throw new Error(`framing: ${transport.fault}`);
    if (transport.framer.packets !== packets || transport.framer.bulkBytes !== bulkBytes) {
      session.handleProgress(nowUs, transport.framer.bulkBytes);
    }
    this.#settle();
  }

  handleTimeout(): void {
    // What was written since is no progress; what the system took over is.
    const takenBytes = this.#out.bytesWritten - this.#out.unsentBytes;
    if (takenBytes > this.#takenBytes) {
      this.#takenBytes = takenBytes;
      this.session.handleProgress(this.#clock.nowUs, this.transport.framer.bulkBytes);
    }
    this.session.handleTimeout(this.#clock.nowUs);
    this.#settle();
  }

  #drainEvents(): void {
    for (let event = this.session.pollEvent(); event !== undefined; event = this.session.pollEvent()) {
      this.events.push({ atUs: this.#clock.nowUs, event });
      if (event.type === 'phase') this.ended[event.direction]++;
      if (event.type === 'failed' || event.type === 'bye') this.isClosed = true;
    }
  }

  #settle(): void {
    this.#drainEvents();
    if (this.isClosed || this.#isFrozen) return;
    this.#pump();
    this.#sleepUntil(this.session.pollTimeout());
  }

  #pump(): void {
    const { nowUs } = this.#clock;
    if (this.#isWriting || !this.transport.pending) return;
    const sizeBytes = this.transport.fill(nowUs, this.#buffer);
    this.#isWriting = true;
    this.#out.write(this.#buffer.bytes.subarray(0, sizeBytes), () => {
      this.#isWriting = false;
      if (this.isClosed) return;
      this.transport.handleWritten(this.#clock.nowUs);
      this.#takenBytes = this.#out.bytesWritten - this.#out.unsentBytes;
      this.session.handleProgress(this.#clock.nowUs, this.transport.framer.bulkBytes);
      this.#settle();
    });
  }

  #sleepUntil(atUs: number): void {
    if (atUs >= this.#wakeUs) return;
    this.#wakeUs = atUs;
    this.#clock.at(atUs, () => {
      if (this.#wakeUs !== atUs) return;
      this.#wakeUs = Number.POSITIVE_INFINITY;
      if (!this.isClosed && !this.#isFrozen) this.handleTimeout();
    });
  }
}
