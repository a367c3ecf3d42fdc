import type { Cause } from '../src/control/events.js';
import { nowUs } from '../src/io/clock.js';
import type { IoFailure } from '../src/io/failure.js';
import type { TcpHandler, TcpLink } from '../src/io/tcp.js';
import type { ClientSession } from '../src/session/client.js';
import type { SessionEvent } from '../src/session/event.js';
import type { ListenerSession } from '../src/session/listener.js';
import type { Phase } from '../src/session/phase.js';
import type { Transport } from '../src/session/transport.js';
import { COUNTER } from '../src/stats/layout.js';
import { FRAME, StreamFramer } from '../src/wire/framer.js';
import { MIN_SEND_BUFFER_BYTES, SendBuffer } from '../src/wire/send-buffer.js';
import { StreamWriter } from '../src/wire/stream-writer.js';
import type { Figures } from './figures.js';
import type { PacketTap } from './packet-tap.js';
import type { SendBuffers } from './send-buffers.js';
import type { Sleeper, Timers } from './timers.js';
import type { Turn } from './turn.js';

/** A phase younger than this has no rate worth showing yet. */
const RUNNING_RATE_AFTER_US = 100_000;

export interface ConnectionContext {
  readonly timers: Timers;
  readonly turn: Turn;
  readonly sendBuffers: SendBuffers;
  readonly tap: PacketTap | null;
  readonly maxPacketSizeBytes: number;
  handleHello(connection: Connection, peerName: string): void;
  handleMeasured(connection: Connection, latencyNs: number): void;
  handlePhase(connection: Connection, phase: Extract<SessionEvent, { type: 'phase' }>): void;
  /** Once; the connection is over and holds nothing any more. */
  handleClosed(connection: Connection, cause: Cause): void;
}

type Session = ClientSession | ListenerSession;

/** One TCP connection: composes link, framer, writer and session, and decides nothing itself. */
export class Connection implements TcpHandler, Transport, Sleeper {
  readonly key: number;
  readonly figures: Figures;
  timerIndex = -1;
  timerUs = 0;
  readonly #context: ConnectionContext;
  readonly #link: TcpLink;
  readonly #framer: StreamFramer;
  readonly #session: Session;
  readonly #openedUs = nowUs();
  /** A listener knows the id only with the first packet. */
  #writer: StreamWriter | null;
  readonly #controlBuffer = new SendBuffer(MIN_SEND_BUFFER_BYTES);
  #bulkBuffer: SendBuffer | null = null;
  #writing = false;
  #closed = false;
  #greeted = false;
  #measured = false;
  #unsentBytes = 0;
  /** Counted by earlier connections of the same key. */
  readonly #base: Float64Array;
  #bytesSent = 0;
  #bytesReceived = 0;
  /** The phase that is shown while it runs, and the bulk bytes sent or received before it. */
  #countedPhase: Phase | null = null;
  #phaseBaseBytes = 0;
  /** The index of the next packet to be queued, and of the first packet to be counted: for the tap. */
  #nextIndex = 0;
  #countedFrom = 0;

  /**
   * @param connectionId the client's own; null as listener
   * @param makeSession called once, with the transport that this connection is
   */
  constructor(
    context: ConnectionContext,
    key: number,
    link: TcpLink,
    figures: Figures,
    connectionId: string | null,
    makeSession: (transport: Transport, openedUs: number) => Session,
  ) {
    this.key = key;
    this.figures = figures;
    this.#context = context;
    this.#link = link;
    this.#base = figures.values.slice();
    this.#framer = new StreamFramer({ maxDataBytes: context.maxPacketSizeBytes });
    this.#writer = connectionId === null ? null : new StreamWriter(connectionId);
    this.#session = makeSession(this, this.#openedUs);
  }

  start(): void {
    this.#link.start(this);
    this.#settle();
  }

  // What the link tells.

  handleData(bytes: Uint8Array, sizeBytes: number): void {
    const now = nowUs();
    const framer = this.#framer;
    const packets = framer.packets;
    const bulkBytes = framer.bulkBytes;
    this.#bytesReceived += sizeBytes;
    framer.feed(bytes, 0, sizeBytes);
    this.#drainFramer(now);
    if (framer.packets !== packets || framer.bulkBytes !== bulkBytes) {
      this.#session.handleProgress(now, framer.bulkBytes);
    }
    this.#settle();
  }

  handleWritten(): void {
    this.#writing = false;
    this.#session.handleProgress(nowUs(), this.#framer.bulkBytes);
    this.#settle();
  }

  handleClosed(failure: IoFailure): void {
    const half = failure.code === 'PEER_CLOSED' && this.#framer.partial ? ' in the middle of a packet' : '';
    const early = this.#greeted ? '' : ' before the Hellos were exchanged';
    this.#fail(failure.code, `${failure.text}${half}${early}`);
  }

  handleTimeout(now: number): void {
    this.#noteSent(now);
    this.#session.handleTimeout(now);
    this.#settle();
  }

  // What the session asks for.

  sendMessage(data: Uint8Array): void {
    this.#writer?.queueMessage(data);
    this.#context.tap?.message(this.key, 'sent', this.#nextIndex, data);
    this.#nextIndex++;
  }

  sendBulk(nPackets: number, packetSizeBytes: number): void {
    this.#writer?.queueBulk(nPackets, packetSizeBytes);
    this.#context.tap?.bulk(this.key, 'sent', this.#nextIndex, nPackets, packetSizeBytes);
    this.#nextIndex += nPackets;
  }

  countBulk(nPackets: number): void {
    this.#countedFrom = this.#framer.header.index + 1;
    this.#framer.count(nPackets);
  }

  // What the shard asks for.

  /** Brings the figures up to date and publishes them. */
  publish(now: number): void {
    const { values } = this.figures;
    const base = this.#base;
    values[COUNTER.packetsSent] = base[COUNTER.packetsSent]! + (this.#writer?.packetsWritten ?? 0);
    values[COUNTER.packetsReceived] = base[COUNTER.packetsReceived]! + this.#framer.packets;
    values[COUNTER.bytesSent] = base[COUNTER.bytesSent]! + this.#bytesSent;
    values[COUNTER.bytesReceived] = base[COUNTER.bytesReceived]! + this.#bytesReceived;
    this.#noteRunningRate(now);
    this.figures.publish();
    this.#noteSent(now);
  }

  /** Ends it in good order, without a word to the context. */
  end(ended: () => void): void {
    this.#release();
    this.#link.end(() => {
      this.#releaseBulkBuffer();
      ended();
    });
  }

  #drainFramer(now: number): void {
    const framer = this.#framer;
    while (!this.#closed) {
      switch (framer.next()) {
        case FRAME.more:
          return;
        case FRAME.message:
          this.#handleMessage(now);
          break;
        case FRAME.counted:
          this.#handleCounted(now);
          break;
        default:
          this.#fail('PROTOCOL', framer.error?.text ?? 'the peer does not speak the protocol');
      }
      this.#drainEvents();
    }
  }

  #handleMessage(now: number): void {
    const { header, message } = this.#framer;
    this.#writer ??= new StreamWriter(header.connectionId);
    this.#context.tap?.message(this.key, 'received', header.index, message);
    if (this.#writer.isCrowded) {
      this.#fail('PROTOCOL', 'too many answers are waiting to be sent: the peer asks faster than it reads');
      return;
    }
    this.#session.handleMessage(now, message);
  }

  #handleCounted(now: number): void {
    const { phase } = this.#session;
    if (phase !== null) {
      const { packets, packetSizeBytes } = phase;
      this.#context.tap?.bulk(this.key, 'received', this.#countedFrom, packets, packetSizeBytes);
    }
    this.#session.handleCounted(now, this.#framer.bulkBytes);
  }

  /** After anything has happened: events out, bytes out, the next deadline. */
  #settle(): void {
    this.#drainEvents();
    if (this.#closed) return;
    this.#pump();
    this.#context.timers.set(this, this.#session.pollTimeout());
  }

  #drainEvents(): void {
    for (let event = this.#session.pollEvent(); event !== undefined; event = this.#session.pollEvent()) {
      if (!this.#closed) this.#handleEvent(event);
    }
  }

  #handleEvent(event: SessionEvent): void {
    switch (event.type) {
      case 'hello':
        this.#greeted = true;
        this.#context.handleHello(this, event.peerName);
        return;
      case 'latency':
        this.figures.handleLatency(event.latencyNs);
        if (!this.#measured) this.#context.handleMeasured(this, event.latencyNs);
        this.#measured = true;
        return;
      case 'phase-started':
        this.#countedPhase = this.#session.phase;
        this.#phaseBaseBytes = this.#phaseBytes(event.direction);
        this.figures.values[COUNTER.packetSizeBytes] = event.packetSizeBytes;
        return;
      case 'phase':
        this.figures.handlePhase(event);
        this.#context.handlePhase(this, event);
        return;
      case 'failed':
        this.#fail(event.code, event.text);
    }
  }

  /** Fills and writes while there is something to say and room to say it. */
  readonly #pump = (): void => {
    const writer = this.#writer;
    if (this.#closed || this.#writing || writer === null) return;
    if (!writer.pending) {
      this.#releaseBulkBuffer();
      return;
    }
    const buffer = this.#buffer(writer);
    if (!this.#context.turn.take(buffer.bytes.length, this.#pump)) return;
    const sizeBytes = writer.fill(buffer);
    this.#writing = true;
    this.#bytesSent += sizeBytes;
    this.#link.write(buffer.bytes.subarray(0, sizeBytes));
    this.#unsentBytes = this.#link.unsentBytes;
  };

  #buffer(writer: StreamWriter): SendBuffer {
    if (writer.startsWithMessage || !writer.isBulkPending) return this.#controlBuffer;
    this.#bulkBuffer ??= this.#context.sendBuffers.acquire();
    return this.#bulkBuffer;
  }

  /** Only when the system holds none of it: whoever gets it next writes to it. */
  readonly #releaseBulkBuffer = (): void => {
    if (this.#bulkBuffer === null) return;
    this.#context.sendBuffers.release(this.#bulkBuffer);
    this.#bulkBuffer = null;
  };

  /** A large write to a slow peer makes progress long before all of it is taken. */
  #noteSent(now: number): void {
    if (!this.#writing || this.#closed) return;
    const { unsentBytes } = this.#link;
    if (unsentBytes === this.#unsentBytes) return;
    this.#unsentBytes = unsentBytes;
    this.#session.handleProgress(now, this.#framer.bulkBytes);
  }

  #phaseBytes(direction: 'up' | 'down'): number {
    const sending = this.#session.phase?.received === false && this.#session.phase.direction === direction;
    return sending ? (this.#writer?.bulkBytesWritten ?? 0) : this.#framer.bulkBytes;
  }

  #noteRunningRate(now: number): void {
    const { phase } = this.#session;
    if (this.#closed || phase === null || phase !== this.#countedPhase) return;
    const elapsedUs = now - phase.startUs;
    if (elapsedUs < RUNNING_RATE_AFTER_US) return;
    const bytes = this.#phaseBytes(phase.direction) - this.#phaseBaseBytes;
    this.figures.setRate(phase.direction, phase.received, Math.round((bytes * 8e6) / elapsedUs));
  }

  #fail(code: string, text: string): void {
    if (this.#closed) return;
    this.#release();
    this.#link.destroy(this.#releaseBulkBuffer);
    this.figures.clearRates();
    this.publish(nowUs());
    const elapsedMs = (nowUs() - this.#openedUs) / 1000;
    const phase = this.#greeted ? 'session' : 'hello';
    this.#context.handleClosed(this, { phase, code, text, elapsedMs, tried: [] });
  }

  #release(): void {
    this.#closed = true;
    this.#context.timers.remove(this);
  }
}
