import type { MeasurePlan } from '../options/types.js';
import { decodeMessage, encodeMessage, type Message, PING_BYTES, PONG_BYTES } from '../wire/message.js';
import type { SessionEvent, SessionFailure } from './event.js';
import { confirmedElapsedUs, Phase } from './phase.js';
import { PhasePlanner } from './planner.js';
import { Progress } from './progress.js';
import type { Transport } from './transport.js';

type State = 'hello' | 'pong' | 'pause' | 'bandwidth' | 'barrier' | 'failed';

const AWAITED: Record<State, string> = {
  hello: 'the answer to Hello',
  pong: 'the answer to Ping',
  pause: 'the next Ping',
  bandwidth: 'the end of a bandwidth phase',
  barrier: 'the end of the Up phase',
  failed: 'nothing',
};

export interface ClientSettings {
  readonly name: string;
  /** Read anew at each round: its owner may put another in its place, and so order each single phase. */
  readonly measure: MeasurePlan;
  readonly timeoutUs: number;
}

/**
 * The client's schedule over one connection (docs/protocol.md, "The order of a session"): Hello, then
 * for ever Ping-Pong-Pong and, when bandwidth is monitored, Up and Down in turn.
 *
 * Drive it by: start, then handleX as things happen, pollEvent until undefined after each, and
 * handleTimeout at pollTimeout (early or twice is harmless). Times are microseconds of any one clock.
 */
export class ClientSession {
  readonly #settings: ClientSettings;
  readonly #transport: Transport;
  readonly #progress: Progress;
  readonly #upPlanner = new PhasePlanner();
  readonly #downPlanner = new PhasePlanner();
  readonly #events: SessionEvent[] = [];
  #state: State = 'hello';
  #pingSentUs = 0;
  #pauseEndUs = Number.POSITIVE_INFINITY;
  #rttMinUs = Number.POSITIVE_INFINITY;
  #up: Phase | null = null;
  #down: Phase | null = null;
  /** Bulk bytes received before the running Down phase. */
  #downBaseBytes = 0;

  constructor(settings: ClientSettings, transport: Transport, nowUs: number) {
    this.#settings = settings;
    this.#transport = transport;
    this.#progress = new Progress(settings.timeoutUs, nowUs);
    transport.sendMessage(encodeMessage({ kind: 'hello', name: settings.name }));
  }

  /** The phase that data is moving in right now, or null. */
  get phase(): Phase | null {
    return this.#up ?? this.#down;
  }

  handleMessage(nowUs: number, data: Uint8Array): void {
    if (this.#state === 'failed') return;
    this.#progress.handle(nowUs);
    const message = decodeMessage(data);
    if ('code' in message) this.#fail('PROTOCOL', message.text);
    else this.#handle(nowUs, message);
  }

  /** The message handed over next was long in coming because packets were repeated (UDP): it ends the wait
   *  for it, and says nothing about latency. */
  handleRepeated(): void {
    this.#pingSentUs = Number.NaN;
  }

  /** Packets or bulk data came (`bulkBytes`: all received so far), or written data was taken over by the system. */
  handleProgress(nowUs: number, bulkBytes: number): void {
    this.#progress.handle(nowUs);
    if (this.#up !== null && bulkBytes > this.#downBaseBytes) this.#endUp(nowUs);
  }

  /** The packets asked for by countBulk are complete. */
  handleCounted(nowUs: number, bulkBytes: number): void {
    this.handleProgress(nowUs, bulkBytes);
    if (this.#up !== null) this.#endUp(nowUs);
    const down = this.#down;
    if (down === null) return;
    this.#down = null;
    const elapsedUs = confirmedElapsedUs(nowUs - down.startUs, this.#rttMinUs);
    this.#downPlanner.handleMeasured(elapsedUs);
    this.#events.push(down.finished(bulkBytes - this.#downBaseBytes, elapsedUs));
    this.#downBaseBytes = bulkBytes;
    this.#ping(nowUs, 'pong');
  }

  handleTimeout(nowUs: number): void {
    if (nowUs < this.pollTimeout()) return;
    if (this.#state === 'pause') this.#ping(nowUs, 'pong');
    else this.#fail('TIMEOUT', `${this.#progress.timeoutText} while waiting for ${AWAITED[this.#state]}`);
  }

  /** In a pause nothing is due from the peer: its time runs from the Ping, however late that is sent. */
  pollTimeout(): number {
    if (this.#state === 'failed') return Number.POSITIVE_INFINITY;
    return this.#state === 'pause' ? this.#pauseEndUs : this.#progress.deadlineUs;
  }

  pollEvent(): SessionEvent | undefined {
    return this.#events.shift();
  }

  #handle(nowUs: number, message: Message): void {
    if (message.kind === 'hello' && this.#state === 'hello') {
      this.#events.push({ type: 'hello', peerName: message.name, version: 1 });
      this.#ping(nowUs, 'pong');
    } else if (message.kind === 'pong') this.#handlePong(nowUs);
    else this.#fail('PROTOCOL', `the peer sent ${message.kind} while ${AWAITED[this.#state]} was due`);
  }

  #handlePong(nowUs: number): void {
    if (this.#state !== 'pong' && this.#state !== 'barrier') return; // unasked: ignored, as the original does
    this.#transport.sendMessage(PONG_BYTES);
    if (this.#state === 'barrier') {
      // This Ping waited behind the Up data: it ends the phase, and says nothing about latency.
      this.#endUp(nowUs);
      this.#ping(nowUs, 'pong');
      return;
    }
    this.#noteLatency(nowUs - this.#pingSentUs);
    const { measure } = this.#settings;
    if (measure.monitorBandwidth) this.#startBandwidth(nowUs, measure);
    else {
      this.#state = 'pause';
      this.#pauseEndUs = nowUs + measure.pingIntervalUs;
    }
  }

  #noteLatency(rttUs: number): void {
    if (Number.isNaN(rttUs)) return;
    this.#rttMinUs = Math.min(this.#rttMinUs, rttUs);
    this.#events.push({ type: 'latency', latencyNs: Math.round(rttUs * 500), loaded: false });
  }

  #ping(nowUs: number, state: 'pong' | 'barrier'): void {
    this.#state = state;
    this.#pingSentUs = nowUs;
    this.#progress.handle(nowUs);
    this.#transport.sendMessage(PING_BYTES);
  }

  #startBandwidth(nowUs: number, measure: MeasurePlan): void {
    const { direction } = measure;
    if (direction !== 'down') this.#requestUp(nowUs, measure);
    if (direction === 'up') this.#ping(nowUs, 'barrier');
    else {
      this.#state = 'bandwidth';
      this.#requestDown(nowUs, measure);
    }
  }

  #requestUp(nowUs: number, measure: MeasurePlan): void {
    const { packetSizeBytes } = measure;
    const nPackets = this.#upPlanner.plan(measure);
    this.#up = new Phase('up', false, nPackets, packetSizeBytes, nowUs);
    this.#events.push(this.#up.started());
    this.#transport.sendMessage(
      encodeMessage({ kind: 'bandwidth', direction: 'up', nPackets, packetSizeBytes }),
    );
    this.#transport.sendBulk(nPackets, packetSizeBytes);
  }

  /** Asked for at once behind the Up data: the listener serves one after the other. */
  #requestDown(nowUs: number, measure: MeasurePlan): void {
    const { packetSizeBytes } = measure;
    const nPackets = this.#downPlanner.plan(measure);
    this.#down = new Phase('down', true, nPackets, packetSizeBytes, nowUs);
    if (this.#up === null) this.#events.push(this.#down.started());
    this.#transport.sendMessage(
      encodeMessage({ kind: 'bandwidth', direction: 'down', nPackets, packetSizeBytes }),
    );
    this.#transport.countBulk(nPackets);
  }

  /** The listener's first answer behind the Up data: it has read all of it, half a round trip ago. */
  #endUp(nowUs: number): void {
    const up = this.#up;
    if (up === null) return;
    this.#up = null;
    const elapsedUs = confirmedElapsedUs(nowUs - up.startUs, this.#rttMinUs);
    this.#upPlanner.handleMeasured(elapsedUs);
    this.#events.push(up.finished(up.packets * up.packetSizeBytes, elapsedUs));
    if (this.#down === null) return;
    // The request waited behind the Up data. Its own round trip began, at the latest, one earlier than now.
    this.#down.startUs = nowUs - this.#rttMinUs;
    this.#events.push(this.#down.started());
  }

  #fail(code: SessionFailure['code'], text: string): void {
    this.#state = 'failed';
    this.#up = null;
    this.#down = null;
    this.#events.push({ type: 'failed', code, text });
  }
}
