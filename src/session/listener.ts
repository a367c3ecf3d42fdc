import { decodeMessage, encodeMessage, type Message, PONG_BYTES } from '../wire/message.js';
import type { SessionEvent, SessionFailure } from './event.js';
import { confirmedElapsedUs, Phase } from './phase.js';
import { MAX_PHASE_PACKETS } from './planner.js';
import { Progress } from './progress.js';
import type { Transport } from './transport.js';

export interface ListenerSettings {
  readonly name: string;
  readonly maxPacketSizeBytes: number;
  readonly timeoutUs: number;
}

type BandwidthRequest = Extract<Message, { kind: 'bandwidth' }>;

/**
 * The listener's side of a session: it answers, and never sends what was not asked for (an original
 * client drops whatever follows the awaited answer). Driven like ClientSession.
 */
export class ListenerSession {
  readonly #settings: ListenerSettings;
  readonly #transport: Transport;
  readonly #progress: Progress;
  readonly #events: SessionEvent[] = [];
  #greeted = false;
  #failed = false;
  #pongSentUs = 0;
  #rttMinUs = Number.POSITIVE_INFINITY;
  #up: Phase | null = null;
  #down: Phase | null = null;
  #upBaseBytes = 0;

  constructor(settings: ListenerSettings, transport: Transport, nowUs: number) {
    this.#settings = settings;
    this.#transport = transport;
    this.#progress = new Progress(settings.timeoutUs, nowUs);
  }

  get phase(): Phase | null {
    return this.#up ?? this.#down;
  }

  handleMessage(nowUs: number, data: Uint8Array): void {
    if (this.#failed) return;
    this.#progress.handle(nowUs);
    // A client that speaks again has received all that it asked for.
    this.#endDown(nowUs);
    const message = decodeMessage(data);
    if ('code' in message) this.#fail('PROTOCOL', message.text);
    else if (message.kind === 'hello') this.#handleHello(message.name);
    else if (!this.#greeted) this.#fail('PROTOCOL', `the first packet was ${message.kind}; a Hello was due`);
    else this.#handle(nowUs, message);
  }

  /** As ClientSession's. */
  handleRepeated(): void {
    this.#pongSentUs = 0;
  }

  handleProgress(nowUs: number, _bulkBytes: number): void {
    this.#progress.handle(nowUs);
  }

  handleCounted(nowUs: number, bulkBytes: number): void {
    this.#progress.handle(nowUs);
    const up = this.#up;
    if (up === null) return;
    this.#up = null;
    const elapsedUs = confirmedElapsedUs(nowUs - up.startUs, 0);
    this.#events.push(up.finished(bulkBytes - this.#upBaseBytes, elapsedUs));
    this.#upBaseBytes = bulkBytes;
  }

  handleTimeout(nowUs: number): void {
    if (nowUs < this.pollTimeout()) return;
    this.#fail('TIMEOUT', `${this.#progress.timeoutText} while waiting for ${this.#awaited()}`);
  }

  pollTimeout(): number {
    return this.#failed ? Number.POSITIVE_INFINITY : this.#progress.deadlineUs;
  }

  pollEvent(): SessionEvent | undefined {
    return this.#events.shift();
  }

  #handleHello(peerName: string): void {
    if (this.#greeted) return; // a repeated Hello changes nothing, as with the original
    this.#greeted = true;
    this.#events.push({ type: 'hello', peerName, version: 1 });
    this.#transport.sendMessage(encodeHello(this.#settings.name, this.#transport.maxHelloBytes));
  }

  #handle(nowUs: number, message: Exclude<Message, { kind: 'hello' }>): void {
    switch (message.kind) {
      case 'ping':
        this.#pongSentUs = nowUs;
        this.#transport.sendMessage(PONG_BYTES);
        return;
      case 'pong':
        this.#handlePong(nowUs);
        return;
      case 'bandwidth':
        this.#handleBandwidth(nowUs, message);
    }
  }

  #handlePong(nowUs: number): void {
    if (this.#pongSentUs === 0) return; // unasked: ignored, as the original does
    const rttUs = nowUs - this.#pongSentUs;
    this.#pongSentUs = 0;
    this.#rttMinUs = Math.min(this.#rttMinUs, rttUs);
    this.#events.push({ type: 'latency', latencyNs: Math.round(rttUs * 500), loaded: false });
  }

  #handleBandwidth(nowUs: number, request: BandwidthRequest): void {
    const { direction, nPackets, packetSizeBytes } = request;
    const fault = this.#faultOf(request);
    if (fault !== null) {
      this.#fail('PROTOCOL', fault);
      return;
    }
    const phase = new Phase(direction, direction === 'up', nPackets, packetSizeBytes, nowUs);
    this.#events.push(phase.started());
    if (direction === 'up') {
      this.#up = phase;
      this.#transport.countBulk(nPackets);
    } else {
      this.#down = phase;
      this.#transport.sendBulk(nPackets, packetSizeBytes);
    }
  }

  /** What is wrong with a request, or null. Up sizes are checked packet by packet as they come. */
  #faultOf(request: BandwidthRequest): string | null {
    const { maxPacketSizeBytes } = this.#settings;
    if (request.nPackets > MAX_PHASE_PACKETS) {
      return `a phase of ${request.nPackets} packets was asked for; at most ${MAX_PHASE_PACKETS} are served`;
    }
    if (request.direction === 'down' && request.packetSizeBytes > maxPacketSizeBytes) {
      return `packets of ${request.packetSizeBytes} bytes were asked for; at most ${maxPacketSizeBytes} are served here`;
    }
    return null;
  }

  #endDown(nowUs: number): void {
    const down = this.#down;
    if (down === null) return;
    this.#down = null;
    const elapsedUs = confirmedElapsedUs(nowUs - down.startUs, this.#rttMinUs);
    this.#events.push(down.finished(down.packets * down.packetSizeBytes, elapsedUs));
  }

  #awaited(): string {
    if (!this.#greeted) return 'a Hello';
    if (this.#up !== null) return 'Up data';
    return this.#down === null ? 'the next request' : 'the peer to read Down data';
  }

  #fail(code: SessionFailure['code'], text: string): void {
    this.#failed = true;
    this.#up = null;
    this.#down = null;
    this.#events.push({ type: 'failed', code, text });
  }
}

/** A name that makes the Hello too long for its transport is cut: an answer is worth more than its end. */
function encodeHello(name: string, maxBytes = Number.POSITIVE_INFINITY): Uint8Array {
  const data = encodeMessage({ kind: 'hello', name });
  if (data.length <= maxBytes || name === '') return data;
  return encodeHello([...name].slice(0, -1).join(''), maxBytes);
}
