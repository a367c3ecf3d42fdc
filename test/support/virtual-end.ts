import type { ClientSession } from '../../src/session/client.js';
import type { SessionEvent } from '../../src/session/event.js';
import type { ListenerSession } from '../../src/session/listener.js';
import type { Transport } from '../../src/session/transport.js';
import { FRAME, StreamFramer } from '../../src/wire/framer.js';
import { SendBuffer } from '../../src/wire/send-buffer.js';
import { StreamWriter } from '../../src/wire/stream-writer.js';
import type { VirtualClock } from './virtual-clock.js';
import type { VirtualStream } from './virtual-stream.js';

type Session = ClientSession | ListenerSession;
export type PhaseEvent = Extract<SessionEvent, { type: 'phase' }>;
export type FailedEvent = Extract<SessionEvent, { type: 'failed' }>;

export interface TimedEvent {
  readonly atUs: number;
  readonly event: SessionEvent;
}

export interface EndSettings {
  readonly maxPacketSizeBytes: number;
  /** Of one write. */
  readonly writeBytes: number;
  /** The client's own; null as listener. */
  readonly connectionId: string | null;
}

/** How often a shard looks at its connections (workers/driver.ts). */
export const TICK_US = 50_000;

/** One end of a connection as workers/connection.ts composes it, on virtual time and streams. */
export class VirtualEnd implements Transport {
  readonly events: TimedEvent[] = [];
  readonly latenciesUs: number[] = [];
  readonly framer: StreamFramer;
  readonly session: Session;
  writer: StreamWriter | null;
  readonly #clock: VirtualClock;
  readonly #out: VirtualStream;
  readonly #buffer: SendBuffer;
  #isWriting = false;
  #isFrozen = false;
  #isClosed = false;
  #unsentBytes = 0;
  #wakeUs = Number.POSITIVE_INFINITY;

  constructor(
    clock: VirtualClock,
    out: VirtualStream,
    settings: EndSettings,
    makeSession: (transport: Transport, nowUs: number) => Session,
  ) {
    const { maxPacketSizeBytes, writeBytes, connectionId } = settings;
    this.#clock = clock;
    this.#out = out;
    this.#buffer = new SendBuffer(writeBytes);
    this.framer = new StreamFramer({ maxDataBytes: maxPacketSizeBytes });
    this.writer = connectionId === null ? null : new StreamWriter(connectionId);
    this.session = makeSession(this, clock.nowUs);
  }

  get failure(): (FailedEvent & { readonly atUs: number }) | null {
    const last = this.events.at(-1);
    return last?.event.type === 'failed' ? { ...last.event, atUs: last.atUs } : null;
  }

  phases(direction: 'up' | 'down'): PhaseEvent[] {
    return this.events.flatMap(({ event }) =>
      event.type === 'phase' && event.direction === direction ? [event] : [],
    );
  }

  start(): void {
    this.#settle();
  }

  /** Writes nothing new and wakes no more: what is under way arrives, and then all is still. */
  freeze(): void {
    this.#isFrozen = true;
  }

  handleData(bytes: Uint8Array, off: number, end: number): void {
    if (this.#isClosed) return;
    const { framer } = this;
    const { packets, bulkBytes } = framer;
    framer.feed(bytes, off, end);
    this.#drainFramer();
    if (framer.packets !== packets || framer.bulkBytes !== bulkBytes) {
      this.session.handleProgress(this.#clock.nowUs, framer.bulkBytes);
    }
    this.#settle();
  }

  handleTimeout(): void {
    this.#noteSent();
    this.session.handleTimeout(this.#clock.nowUs);
    this.#settle();
  }

  sendMessage(data: Uint8Array): void {
    this.writer?.queueMessage(data);
  }

  sendBulk(nPackets: number, packetSizeBytes: number): void {
    this.writer?.queueBulk(nPackets, packetSizeBytes);
  }

  countBulk(nPackets: number): void {
    this.framer.count(nPackets);
  }

  #drainFramer(): void {
    const { framer, session } = this;
    const { nowUs } = this.#clock;
    for (let frame = framer.next(); frame !== FRAME.more; frame = framer.next()) {
      if (frame === FRAME.error) throw new Error(`framing: ${framer.error?.text}`);
      this.writer ??= new StreamWriter(framer.header.connectionId);
      if (frame === FRAME.message) session.handleMessage(nowUs, framer.message);
      else session.handleCounted(nowUs, framer.bulkBytes);
      this.#drainEvents();
      if (this.#isClosed) return;
    }
  }

  #drainEvents(): void {
    for (let event = this.session.pollEvent(); event !== undefined; event = this.session.pollEvent()) {
      this.events.push({ atUs: this.#clock.nowUs, event });
      if (event.type === 'latency') this.latenciesUs.push(event.latencyNs / 1000);
      if (event.type === 'failed') this.#isClosed = true;
    }
  }

  #settle(): void {
    this.#drainEvents();
    if (this.#isClosed || this.#isFrozen) return;
    this.#pump();
    this.#sleepUntil(this.session.pollTimeout());
  }

  #pump(): void {
    if (this.#isWriting || !this.writer?.pending) return;
    const sizeBytes = this.writer.fill(this.#buffer);
    this.#isWriting = true;
    this.#out.write(this.#buffer.bytes.subarray(0, sizeBytes), () => {
      this.#isWriting = false;
      if (this.#isClosed) return;
      this.session.handleProgress(this.#clock.nowUs, this.framer.bulkBytes);
      this.#settle();
    });
    this.#unsentBytes = this.#out.unsentBytes;
    this.#watch();
  }

  /** What the shard's tick does while a write is under way. */
  #watch(): void {
    this.#clock.at(this.#clock.nowUs + TICK_US, () => {
      if (!this.#isWriting || this.#isClosed || this.#isFrozen) return;
      this.#noteSent();
      this.#watch();
    });
  }

  #noteSent(): void {
    const { unsentBytes } = this.#out;
    if (!this.#isWriting || unsentBytes === this.#unsentBytes) return;
    this.#unsentBytes = unsentBytes;
    this.session.handleProgress(this.#clock.nowUs, this.framer.bulkBytes);
  }

  /** As Timers does it: a deadline that moved back costs nothing until the old one has come. */
  #sleepUntil(atUs: number): void {
    if (atUs >= this.#wakeUs) return;
    this.#wakeUs = atUs;
    this.#clock.at(atUs, () => {
      if (this.#wakeUs !== atUs) return;
      this.#wakeUs = Number.POSITIVE_INFINITY;
      if (!this.#isClosed && !this.#isFrozen) this.handleTimeout();
    });
  }
}
