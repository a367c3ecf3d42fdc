import { PONG_BYTES } from '../../wire/message.js';
import { decodeV2Message, encodeV2Message, type Start, type V2Message } from '../../wire/v2/message.js';
import type { SessionEvent, SessionFailure } from '../event.js';
import type { ListenerSettings } from '../listener.js';
import { Progress } from '../progress.js';
import type { RunningPhase, V2Schedule } from '../session.js';
import { type PhaseLimits, refusalOf } from './limits.js';
import { Phases } from './phases.js';
import type { TransportV2 } from './transport.js';

export interface ListenerSettingsV2 extends ListenerSettings, PhaseLimits {
  /** 16 random hexadecimal digits, of this connection. */
  readonly token: string;
}

/** The listener's side of a v2 session: it answers, measures the latency of its Pongs, and serves phases
 *  within its limits. */
export class ListenerSessionV2 implements V2Schedule {
  readonly #settings: ListenerSettingsV2;
  readonly #transport: TransportV2;
  readonly #progress: Progress;
  readonly #phases: Phases;
  readonly #events: SessionEvent[] = [];
  #isGreeted = false;
  #isOver = false;
  #pongSentUs = Number.NaN;
  #isPongLoaded = false;

  /** Takes over when the client's Hello has come: the first message handled. */
  constructor(settings: ListenerSettingsV2, transport: TransportV2, nowUs: number) {
    this.#settings = settings;
    this.#transport = transport;
    this.#progress = new Progress(settings.timeoutUs, nowUs);
    this.#phases = new Phases(transport, this.#events);
  }

  get phase(): RunningPhase | null {
    return this.#isOver ? null : this.#phases.running;
  }

  handleMessage(nowUs: number, data: Uint8Array): void {
    if (this.#isOver) return;
    this.#progress.handle(nowUs);
    const message = decodeV2Message(data);
    if (!('kind' in message)) this.#fail('PROTOCOL', message.text);
    else if (message.kind === 'hello') this.#handleHello(message.name);
    else if (!this.#isGreeted)
      this.#fail('PROTOCOL', `the first packet was ${message.kind}; a Hello was due`);
    else this.#handle(nowUs, message);
  }

  handleProgress(nowUs: number): void {
    if (this.#isOver) return;
    this.#progress.handle(nowUs);
    this.#phases.handleProgress(nowUs);
  }

  handleBye(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#events.push({ type: 'bye', reason });
  }

  end(nowUs: number, reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#transport.stopBulk();
    this.#transport.sendBye(nowUs, reason);
  }

  handleTimeout(nowUs: number): void {
    if (this.#isOver || nowUs < this.pollTimeout()) return;
    if (nowUs < this.#progress.deadlineUs) this.#phases.handleTimeout(nowUs);
    else this.#fail('TIMEOUT', `${this.#progress.timeoutText} while waiting for ${this.#awaited}`);
  }

  pollTimeout(): number {
    if (this.#isOver) return Number.POSITIVE_INFINITY;
    return Math.min(this.#progress.deadlineUs, this.#phases.pollTimeout());
  }

  pollEvent(): SessionEvent | undefined {
    return this.#events.shift();
  }

  get #awaited(): string {
    return this.#phases.isIdle ? 'the next request' : this.#phases.awaited;
  }

  #handleHello(peerName: string): void {
    if (this.#isGreeted) return; // a repeated Hello changes nothing, as in v1
    this.#isGreeted = true;
    this.#events.push({ type: 'hello', peerName, version: 2 });
    const { name, token } = this.#settings;
    this.#transport.sendAccept(token, encodeV2Message({ kind: 'hello', name }));
  }

  #handle(nowUs: number, message: V2Message): void {
    switch (message.kind) {
      case 'ping':
        this.#handlePing(nowUs);
        return;
      case 'pong':
        this.#handlePong(nowUs);
        return;
      case 'start':
        this.#handleStart(nowUs, message);
        return;
      case 'done':
        this.#failFor(this.#phases.handleDone(nowUs, message));
        return;
      case 'report':
        this.#failFor(this.#phases.handleReport(message));
        return;
      default:
        this.#fail('PROTOCOL', `the peer sent ${message.kind}, which is for listeners to send`);
    }
  }

  #handlePing(nowUs: number): void {
    this.#pongSentUs = nowUs;
    this.#isPongLoaded = !this.#phases.isIdle;
    this.#transport.sendMessage(PONG_BYTES);
  }

  #handlePong(nowUs: number): void {
    const rttUs = nowUs - this.#pongSentUs;
    if (Number.isNaN(rttUs)) return; // unasked: ignored, as in v1
    this.#pongSentUs = Number.NaN;
    this.#events.push({ type: 'latency', latencyNs: Math.round(rttUs * 500), loaded: this.#isPongLoaded });
  }

  #handleStart(nowUs: number, start: Start): void {
    if (!this.#phases.isIdle) {
      this.#fail('PROTOCOL', `the peer started phase ${start.phase} before the one before it was over`);
      return;
    }
    const refusal = refusalOf(start, this.#settings, this.#transport.isValidated);
    if (refusal !== null) {
      const { code, limit } = refusal;
      this.#transport.sendMessage(encodeV2Message(refusal));
      this.#events.push({ type: 'refused', direction: start.direction, code, limit });
    }
    // An Up sender learns of it in a round trip; until then its data comes.
    if (start.direction === 'up') this.#phases.startReceiving(start, nowUs, 0, refusal !== null);
    else if (refusal === null) this.#phases.startSending(start, nowUs);
  }

  #failFor(fault: string | null): void {
    if (fault !== null) this.#fail('PROTOCOL', fault);
  }

  #fail(code: SessionFailure['code'], text: string): void {
    this.#isOver = true;
    this.#events.push({ type: 'failed', code, text });
  }
}
