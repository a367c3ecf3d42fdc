import { randomUUID } from 'node:crypto';
import type { ProbeTask } from '../src/control/probe-messages.js';
import { nowUs } from '../src/io/clock.js';
import { loadLinuxSockets } from '../src/io/linux-sockets.js';
import { NativeProbeSockets } from '../src/io/native-probe.js';
import { NodeProbeSockets } from '../src/io/node-probe.js';
import type { ProbeSocket, ProbeSockets } from '../src/io/probe-socket.js';
import { Attempt } from '../src/probe/attempt.js';
import { HelloExchange } from '../src/probe/hello.js';
import { Plan } from '../src/probe/plan.js';
import { Schedule } from '../src/probe/schedule.js';
import type { ProbeResult } from '../src/probe/types.js';

/** Often enough for a progress bar that moves. */
const PUBLISH_MS = 50;
/** Nothing waits longer than this for a turn: a stop must be heard. */
const MAX_WAIT_MS = 50;
/** Sockets opened between two looks at those that are open: else the answers of a fast host age unread. */
const MAX_STARTS_PER_TURN = 128;

interface Try {
  readonly index: number;
  readonly attempt: Attempt;
  readonly startedUs: number;
  deadlineUs: number;
  socket: ProbeSocket | null;
}

/** Probes a share of a plan: composes the schedule, the attempts and the sockets. */
export class Prober {
  readonly #task: ProbeTask;
  readonly #plan: Plan;
  readonly #schedule: Schedule;
  readonly #sockets: ProbeSockets;
  /** In the order of their deadlines: all have the same patience. */
  readonly #flying = new Set<Try>();
  /** Of those probed more than once. */
  readonly #tries = new Map<number, number>();
  #results: ProbeResult[] = [];
  #publishedUs = nowUs();
  #isStopped = false;

  constructor(task: ProbeTask) {
    const { groups, first, step, parallel, ratePerS } = task;
    this.#task = task;
    this.#plan = new Plan(groups);
    this.#schedule = new Schedule({ first, step, total: this.#plan.total, parallel, ratePerS }, nowUs());
    const system = loadLinuxSockets();
    this.#sockets = system === null ? new NodeProbeSockets() : new NativeProbeSockets(system, parallel);
  }

  stop(): void {
    this.#isStopped = true;
  }

  async run(): Promise<void> {
    while (!this.#schedule.isDone && !this.#isStopped) {
      this.#start();
      if (this.#schedule.isDone) break;
      await this.#sockets.turn(this.#waitMs());
      this.#handleTimeouts();
      if (nowUs() - this.#publishedUs >= PUBLISH_MS * 1000) this.#publish();
    }
    for (const { socket } of this.#flying) socket?.close();
    this.#publish();
  }

  #start(): void {
    for (let starts = 0; starts < MAX_STARTS_PER_TURN; starts++) {
      const index = this.#schedule.take(nowUs());
      if (index < 0) return;
      this.#try(index);
    }
  }

  #try(index: number): void {
    const { protocol, address, port } = this.#plan.at(index);
    const { name, asksTcp, timeoutMs } = this.#task.settings;
    const asks = asksTcp || protocol === 'udp';
    const attempt = new Attempt(protocol, () => (asks ? new HelloExchange(randomUUID(), name) : null));
    const startedUs = nowUs();
    const flight: Try = {
      index,
      attempt,
      startedUs,
      deadlineUs: startedUs + timeoutMs * 1000,
      socket: null,
    };
    this.#flying.add(flight);
    const socket = this.#sockets.open(protocol, address, port, {
      handleConnected: () => this.#handleConnected(flight),
      handleData: (bytes) => this.#settle(flight, () => attempt.handleBytes(nowUs(), bytes)),
      handleEnd: () => this.#settle(flight, () => attempt.handleEnd()),
      handleError: (errno, icmp) => this.#settle(flight, () => attempt.handleError(errno, icmp)),
    });
    if (typeof socket === 'string') this.#settle(flight, () => attempt.handleError(socket, null));
    else flight.socket = socket;
  }

  /** What accepts has its own time to answer. */
  #handleConnected(flight: Try): void {
    const atUs = nowUs();
    flight.deadlineUs = atUs + this.#task.settings.timeoutMs * 1000;
    this.#flying.delete(flight);
    this.#flying.add(flight);
    this.#settle(flight, () => {
      const hello = flight.attempt.handleConnected(atUs);
      if (hello !== null) flight.socket?.write(hello);
    });
  }

  #handleTimeouts(): void {
    const atUs = nowUs();
    for (const flight of this.#flying) {
      if (flight.deadlineUs > atUs) return;
      this.#settle(flight, () => flight.attempt.handleTimeout());
    }
  }

  /** Tells an attempt of an event, and sees whether it has come to its verdict by it. */
  #settle(flight: Try, event: () => void): void {
    event();
    const { attempt, index, socket, startedUs } = flight;
    const { verdict, farewell } = attempt;
    if (verdict === null || !this.#flying.delete(flight)) return;
    if (farewell !== null) socket?.write(farewell);
    socket?.close();
    const tries = (this.#tries.get(index) ?? 0) + 1;
    const { protocol } = this.#plan.at(index);
    const isLost = verdict.cause === 'timed-out' || verdict.cause === 'local';
    if (isLost && tries < this.#task.settings.tries[protocol]) {
      this.#tries.set(index, tries);
      this.#schedule.handleRetry(index);
      return;
    }
    this.#schedule.handleDone();
    this.#results.push({ index, verdict, elapsedUs: Math.round(nowUs() - startedUs), tries });
  }

  #waitMs(): number {
    const [next] = this.#flying;
    const atUs = Math.min(next?.deadlineUs ?? Number.POSITIVE_INFINITY, this.#schedule.pollTimeout());
    return Math.min(MAX_WAIT_MS, Math.max(0, (atUs - nowUs()) / 1000));
  }

  #publish(): void {
    this.#publishedUs = nowUs();
    if (this.#results.length === 0) return;
    this.#task.port.postMessage(this.#results);
    this.#results = [];
  }
}
