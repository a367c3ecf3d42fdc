import type { Done, Refuse, Start } from '../../wire/v2/message.js';
import type { Report } from '../../wire/v2/report.js';
import type { PhaseDirection, SentPhase, SessionEvent } from '../event.js';
import type { RunningPhase } from '../session.js';
import { LoadMeter } from './load-meter.js';
import { ReceivingPhase } from './receiving.js';
import { SendingPhase } from './sending.js';
import type { TransportV2 } from './transport.js';

/** The phases of one side, one after the other. Whoever asks for what is not due is told so by a text. */
export class Phases {
  readonly #transport: TransportV2;
  readonly #events: SessionEvent[];
  readonly #load: LoadMeter;
  #sending: SendingPhase | null = null;
  #receiving: ReceivingPhase | null = null;

  /** @param events what the owner will tell: added to */
  constructor(transport: TransportV2, events: SessionEvent[]) {
    this.#transport = transport;
    this.#events = events;
    this.#load = new LoadMeter(transport);
    transport.resetPhase();
  }

  /** Null as well while what is left of a refused phase drains. */
  get running(): RunningPhase | null {
    const phase = this.#sending ?? this.#receiving;
    return phase?.isRefused ? null : phase;
  }

  get isIdle(): boolean {
    return this.#sending === null && this.#receiving === null;
  }

  get awaited(): string {
    if (this.#receiving !== null) return 'the data of a phase';
    return this.#sending?.isDone ? "the peer's report of a phase" : 'the peer to read the data of a phase';
  }

  startSending(start: Start, nowUs: number): void {
    this.#sending = new SendingPhase(start, this.#transport, nowUs);
    this.#started(start);
    this.#sending.handleProgress(nowUs);
  }

  /** @param rttUs see ReceivingPhase */
  startReceiving(start: Start, nowUs: number, rttUs: number, isRefused: boolean): void {
    this.#receiving = new ReceivingPhase(start, this.#transport, this.#load, nowUs, rttUs, isRefused);
    if (!isRefused) this.#started(start);
  }

  handleDone(nowUs: number, done: Done): string | null {
    const phase = this.#receiving;
    if (phase?.id !== done.phase) return `the peer ended phase ${done.phase}, which it wasn't sending`;
    this.#receiving = null;
    const report = phase.finish(nowUs, done.packets);
    const { packets, bytes, elapsedUs, resent, spurious } = done;
    if (!phase.isRefused) this.#finished(phase, report, { packets, bytes, elapsedUs, resent, spurious });
    return null;
  }

  handleReport(report: Report): string | null {
    const phase = this.#sending;
    if (phase?.id !== report.phase)
      return `the peer reported phase ${report.phase}, which it wasn't receiving`;
    if (!report.final) {
      if (!phase.isRefused) this.#reported(phase, report);
      return null;
    }
    if (!phase.isDone) return `the peer reported phase ${report.phase} for the last time before its end`;
    this.#sending = null;
    if (!phase.isRefused) this.#finished(phase, report, phase.sent);
    return null;
  }

  /** @returns the direction that isn't served, or what is wrong */
  handleRefuse(nowUs: number, refusal: Refuse): { direction: PhaseDirection } | string {
    const phase = this.#sending ?? this.#receiving;
    if (phase?.id !== refusal.phase || phase.isRefused) {
      return `the peer refused phase ${refusal.phase}, which it wasn't asked for`;
    }
    const { direction } = phase;
    this.#sending?.refuse(nowUs);
    this.#receiving = null;
    this.#events.push({ type: 'refused', direction, code: refusal.code, limit: refusal.limit });
    return { direction };
  }

  handleProgress(nowUs: number): void {
    this.#sending?.handleProgress(nowUs);
    this.#receiving?.handleProgress(nowUs);
  }

  handleTimeout(nowUs: number): void {
    this.#sending?.handleTimeout(nowUs);
    const phase = this.#receiving;
    const report = phase?.handleTimeout(nowUs) ?? null;
    if (phase !== null && report !== null && !phase.isRefused) this.#reported(phase, report);
  }

  pollTimeout(): number {
    return Math.min(
      this.#sending?.stopUs ?? Number.POSITIVE_INFINITY,
      this.#receiving?.reportUs ?? Number.POSITIVE_INFINITY,
    );
  }

  #started({ direction, packetSizeBytes }: Start): void {
    this.#events.push({ type: 'phase-started', direction, packetSizeBytes });
  }

  #reported({ direction, received }: RunningPhase, report: Report): void {
    this.#events.push({ type: 'report', direction, received, report, rateBps: rateBpsOf(report) });
  }

  #finished({ direction, received }: RunningPhase, report: Report, sent: SentPhase): void {
    const { packets, bytes, elapsedUs } = report;
    this.#events.push({
      type: 'phase',
      direction,
      received,
      packets,
      bytes,
      elapsedUs,
      rateBps: rateBpsOf(report),
      detail: { report, sent },
    });
  }
}

function rateBpsOf({ bytes, elapsedUs }: Report): number {
  return elapsedUs === 0 ? 0 : Math.round((bytes * 8e6) / elapsedUs);
}
