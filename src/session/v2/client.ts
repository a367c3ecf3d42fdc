import type { Direction, MeasurePlan, PhaseBound } from '../../options/types.js';
import { PING_BYTES, PONG_BYTES } from '../../wire/message.js';
import {
  type Bound,
  decodeV2Message,
  encodeV2Message,
  type Refuse,
  type Start,
  type V2Message,
} from '../../wire/v2/message.js';
import type { ClientSettings } from '../client.js';
import type { PhaseDirection, SessionEvent, SessionFailure } from '../event.js';
import { Progress } from '../progress.js';
import type { RunningPhase, V2Schedule } from '../session.js';
import { Phases } from './phases.js';
import { Pinger } from './pinger.js';
import type { TransportV2 } from './transport.js';

/**
 * The client's schedule in v2 (docs/protocol.md): Ping-Pong-Pong at every interval whatever else goes on, and
 * when bandwidth is monitored rounds of a Ping on the idle connection, an Up phase and a Down phase.
 */
export class ClientSessionV2 implements V2Schedule {
  readonly #settings: ClientSettings;
  readonly #transport: TransportV2;
  readonly #progress: Progress;
  readonly #pinger: Pinger;
  readonly #phases: Phases;
  readonly #events: SessionEvent[] = [];
  /** What rounds consist of, and what the listener serves of it: another plan may be to its liking as a whole. */
  #plan: MeasurePlan;
  #served: readonly PhaseDirection[];
  /** What is left of the running round, and the plan that it follows. */
  #left: PhaseDirection[] = [];
  #round: MeasurePlan;
  #isGreeted = false;
  #isOver = false;
  #phaseId = 0;
  #rttMinUs = Number.POSITIVE_INFINITY;

  /** Takes over when the listener's Hello has come: the first message handled. */
  constructor(settings: ClientSettings, transport: TransportV2, nowUs: number) {
    const { measure } = settings;
    this.#settings = settings;
    this.#transport = transport;
    this.#progress = new Progress(settings.timeoutUs, nowUs);
    this.#pinger = new Pinger(measure.pingIntervalUs);
    this.#phases = new Phases(transport, this.#events);
    this.#plan = measure;
    this.#round = measure;
    this.#served = directionsOf(measure.direction);
  }

  get phase(): RunningPhase | null {
    return this.#isOver ? null : this.#phases.running;
  }

  handleMessage(nowUs: number, data: Uint8Array): void {
    if (this.#isOver) return;
    this.#progress.handle(nowUs);
    const message = decodeV2Message(data);
    if (!('kind' in message)) this.#fail('PROTOCOL', message.text);
    else if (this.#isGreeted) this.#handle(nowUs, message);
    else this.#handleFirst(message);
    // A Report may have taken milliseconds to make: the Ping behind it waits until the clock is read anew.
    const isStale = 'kind' in message && (message.kind === 'done' || message.kind === 'report');
    this.#advance(nowUs, !isStale);
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
    if (nowUs >= this.#deadlineUs) {
      this.#fail('TIMEOUT', `${this.#progress.timeoutText} while waiting for ${this.#awaited}`);
      return;
    }
    this.#phases.handleTimeout(nowUs);
    this.#advance(nowUs);
  }

  pollTimeout(): number {
    if (this.#isOver) return Number.POSITIVE_INFINITY;
    return Math.min(this.#deadlineUs, this.#pinger.dueUs, this.#phases.pollTimeout());
  }

  pollEvent(): SessionEvent | undefined {
    return this.#events.shift();
  }

  /** What a round consists of, right now. */
  get #directions(): readonly PhaseDirection[] {
    const { measure } = this.#settings;
    if (measure !== this.#plan) {
      this.#plan = measure;
      this.#served = directionsOf(measure.direction);
    }
    return measure.monitorBandwidth ? this.#served : [];
  }

  /** In a pause nothing is due from the peer. */
  get #deadlineUs(): number {
    const isWaiting = this.#pinger.isOutstanding || !this.#phases.isIdle;
    return isWaiting ? this.#progress.deadlineUs : Number.POSITIVE_INFINITY;
  }

  get #awaited(): string {
    return this.#phases.isIdle ? 'the answer to Ping' : this.#phases.awaited;
  }

  #handleFirst(message: V2Message): void {
    if (message.kind !== 'hello') {
      this.#fail('PROTOCOL', `the peer's first message was ${message.kind}; a Hello was due`);
      return;
    }
    this.#isGreeted = true;
    this.#events.push({ type: 'hello', peerName: message.name, version: 2 });
  }

  #handle(nowUs: number, message: V2Message): void {
    switch (message.kind) {
      case 'pong':
        this.#handlePong(nowUs);
        return;
      case 'done':
        this.#failFor(this.#phases.handleDone(nowUs, message));
        return;
      case 'report':
        this.#failFor(this.#phases.handleReport(message));
        return;
      case 'refuse':
        this.#handleRefuse(nowUs, message);
        return;
      default:
        this.#fail('PROTOCOL', `the peer sent ${message.kind}, which is for clients to send`);
    }
  }

  #handlePong(nowUs: number): void {
    const { isLoaded } = this.#pinger;
    const rttUs = this.#pinger.handlePong(nowUs);
    if (Number.isNaN(rttUs)) return; // unasked: ignored, as in v1
    this.#transport.sendMessage(PONG_BYTES);
    this.#rttMinUs = Math.min(this.#rttMinUs, rttUs);
    this.#events.push({ type: 'latency', latencyNs: Math.round(rttUs * 500), loaded: isLoaded });
    if (isLoaded || !this.#phases.isIdle) return;
    this.#left = [...this.#directions];
    this.#round = this.#plan;
  }

  #handleRefuse(nowUs: number, refusal: Refuse): void {
    const refused = this.#phases.handleRefuse(nowUs, refusal);
    if (typeof refused === 'string') {
      this.#fail('PROTOCOL', refused);
      return;
    }
    this.#served = this.#served.filter((direction) => direction !== refused.direction);
    this.#left = this.#left.filter((direction) => direction !== refused.direction);
  }

  /** Starts what is due: the next phase of a round; when there is none left, the Ping that opens the next. */
  #advance(nowUs: number, mayPing = true): void {
    if (this.#isOver || !this.#isGreeted) return;
    if (this.#phases.isIdle) this.#startNext(nowUs);
    if (mayPing && nowUs >= this.#pinger.dueUs) this.#ping(nowUs);
  }

  #startNext(nowUs: number): void {
    const direction = this.#left.shift();
    if (direction !== undefined) this.#start(nowUs, direction);
    else if (this.#directions.length > 0 && !this.#pinger.isOutstanding) this.#pinger.hurry();
  }

  #ping(nowUs: number): void {
    this.#progress.handle(nowUs);
    this.#pinger.handleSent(nowUs, !this.#phases.isIdle);
    this.#transport.sendMessage(PING_BYTES);
  }

  #start(nowUs: number, direction: PhaseDirection): void {
    const { packetSizeBytes, reliable, rateBps, cc } = this.#round;
    const bound = boundOf(this.#round.bound, packetSizeBytes);
    const phase = ++this.#phaseId;
    const start: Start = { kind: 'start', phase, direction, packetSizeBytes, reliable, rateBps, bound, cc };
    this.#progress.handle(nowUs);
    this.#transport.sendMessage(encodeV2Message(start));
    if (direction === 'up') this.#phases.startSending(start, nowUs);
    else this.#phases.startReceiving(start, nowUs, this.#rttMinUs, false);
  }

  #failFor(fault: string | null): void {
    if (fault !== null) this.#fail('PROTOCOL', fault);
  }

  #fail(code: SessionFailure['code'], text: string): void {
    this.#isOver = true;
    this.#events.push({ type: 'failed', code, text });
  }
}

function directionsOf(direction: Direction): readonly PhaseDirection[] {
  return direction === 'both' ? ['up', 'down'] : [direction];
}

function boundOf(bound: PhaseBound, packetSizeBytes: number): Bound {
  if (bound.kind === 'time') return { kind: 'time', us: bound.phaseUs };
  return { kind: 'packets', packets: Math.max(1, Math.trunc(bound.testSizeBytes / packetSizeBytes)) };
}
