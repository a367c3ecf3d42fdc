import { randomUUID } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type {
  Measured,
  MtuProbeOutcome,
  Order,
  SweepDirection,
  SweepLink,
  SweepOptions,
  Unmeasured,
  Way,
} from '../sweep/types.js';
import type { Cause } from './events.js';
import type { DialTarget, FromShard, PhaseOrder, ToShard } from './messages.js';
import { type Answer, lostAnswer, outcomeOf, probeOutcomeOf } from './sweep-outcomes.js';
import { Watchdog } from './watchdog.js';

/** Often enough for percentiles in a short phase, and some hundred small packets a second for the path. */
const PING_INTERVAL_US = 5000;
/** The latency of the idle connection before a phase: 20 Pings where the path is short. */
const IDLE_US = 100_000;
/** A datagram that does not come may be lost by chance. */
const PROBE_TRIES = 3;
/** Version 1 plans a number of packets: from a first small phase on each may have 16 times as many. */
const MAX_PLANNED_PHASES = 4;
/** A phase shorter than this part of the wanted time says more about its beginning than about the path. */
const LEAST_SHARE = 0.5;
/** How many timeouts a phase may last beyond its own time while nothing more of its data is known to arrive: a
 *  connection whose Pings go on while its data does not would wait for ever. Version 1 tells nothing on the way. */
const PATIENCE_TIMEOUTS = { 1: 2, 2: 1 } as const;

const ENDED: Cause = {
  phase: 'session',
  code: 'STOPPED',
  text: 'the sweep was ended',
  elapsedMs: 0,
  tried: [],
};

export interface SweepLinkPlan {
  readonly key: number;
  readonly way: Way;
  readonly options: SweepOptions;
  /** Why no datagram can be kept whole here, as part of a sentence; null: it can. */
  readonly probeProblem: string | null;
  send(message: ToShard): void;
}

type Of<Type extends FromShard['type']> = Extract<FromShard, { type: Type }>;

/** One connection of a sweep, over its reconnects. */
export class ShardLink implements SweepLink {
  readonly way: Way;
  version: 1 | 2 = 2;
  peerName = '';
  family: 4 | 6 = 4;
  readonly #plan: SweepLinkPlan;
  readonly #id = randomUUID();
  #host: string;
  #headBytes = 0;
  #pathMtuBytes: number | null = null;
  #isOpen = false;
  #isEnded = false;
  #opening: ((cause: Cause | null) => void) | null = null;
  #ordered: ((answer: Answer) => void) | null = null;
  #orderId = 0;
  #watchdog: Watchdog | null = null;
  #reportedPackets = 0;
  /** What the order that the connection was lost in has to say. */
  #lastWords: Answer | null = null;

  constructor(plan: SweepLinkPlan) {
    this.way = plan.way;
    this.#plan = plan;
    this.#host = plan.options.target.host;
  }

  /** @param host an address, so that all connections of a sweep go to the same
   *  @returns why there is none; null: it is open, and the Hellos are exchanged */
  open(host: string): Promise<Cause | null> {
    this.#host = host;
    this.#plan.send({ type: 'connect', key: this.#plan.key, id: this.#id, target: this.#target() });
    return new Promise((resolve) => {
      this.#opening = resolve;
    });
  }

  async measure(order: Order, phaseUs: number): Promise<Measured | Unmeasured> {
    const { direction, sizeBytes: packetSizeBytes } = order;
    const ask = (idleUs: number) => {
      return this.#ask({ kind: 'measure', direction, packetSizeBytes, phaseUs, idleUs }, phaseUs);
    };
    const first = outcomeOf(await ask(IDLE_US), this.way);
    let last = first;
    for (let phases = 1; phases < MAX_PLANNED_PHASES && this.#isTooShort(last, phaseUs); phases++) {
      last = outcomeOf(await ask(0), this.way);
    }
    return last.kind === 'measured' && first.kind === 'measured' ? { ...last, idle: first.idle } : last;
  }

  async probe(direction: SweepDirection, datagramBytes: number): Promise<MtuProbeOutcome> {
    const { probeProblem } = this.#plan;
    if (probeProblem !== null) return { kind: 'impossible', text: probeProblem };
    for (let left = PROBE_TRIES; left > 0; left--) {
      const answer = await this.#ask({ kind: 'path-probe', direction, datagramBytes }, 0);
      const outcome = probeOutcomeOf(answer, direction);
      if (outcome !== null) return outcome;
    }
    return { kind: 'lost' };
  }

  async kernelMtuBytes(): Promise<number | null> {
    return this.#pathMtuBytes;
  }

  datagramBytes(dataBytes: number): number {
    return this.way === 'tcp' ? dataBytes : this.#headBytes + String(dataBytes).length + dataBytes;
  }

  /** What the shard tells of this connection. */
  handleMessage(message: FromShard): void {
    switch (message.type) {
      case 'opened':
        this.family = isIPv6(message.remote.ip) ? 6 : 4;
        return;
      case 'hello':
        this.#handleHello(message);
        return;
      case 'ordered':
        this.#handleOrdered(message);
        return;
      case 'report':
        this.#handleReport(message);
        return;
      case 'closed':
        this.handleLost(message.cause);
    }
  }

  /** Nothing more is asked for: what is under way is lost, and what is asked yet as well. */
  end(): void {
    this.#isEnded = true;
    this.handleLost(ENDED);
  }

  /** The connection is gone, or never was. */
  handleLost(cause: Cause): void {
    this.#isOpen = false;
    const answer = this.#lastWords ?? lostAnswer(cause);
    this.#lastWords = null;
    this.#settleOpening(cause);
    this.#settleOrder(answer);
  }

  #handleHello({ version, peerName, headBytes, pathMtuBytes }: Of<'hello'>): void {
    this.version = version;
    this.peerName = peerName;
    this.#headBytes = headBytes;
    this.#pathMtuBytes = pathMtuBytes;
    this.#isOpen = true;
    this.#settleOpening(null);
  }

  /** What an order says of a lost connection is heard before the connection itself: until that is told as well, there
   *  is nothing to open anew. */
  #handleOrdered(answer: Of<'ordered'>): void {
    if (answer.id !== this.#orderId) return;
    this.#pathMtuBytes = answer.pathMtuBytes ?? this.#pathMtuBytes;
    if (answer.outcome.kind === 'lost') this.#lastWords = answer;
    else this.#settleOrder(answer);
  }

  #handleReport({ report }: Of<'report'>): void {
    if (report.packets <= this.#reportedPackets) return;
    this.#reportedPackets = report.packets;
    this.#watchdog?.allow(this.#plan.options.timeoutMs);
  }

  async #ask(order: PhaseOrder, phaseUs: number): Promise<Answer> {
    if (this.#isEnded) return lostAnswer(ENDED);
    // No wait where none is needed: from its first moment on an order is one that `end` knows of.
    const cause = this.#isOpen ? null : await this.open(this.#host);
    if (cause !== null) return lostAnswer(cause);
    const id = ++this.#orderId;
    const answered = new Promise<Answer>((resolve) => {
      this.#ordered = resolve;
    });
    this.#plan.send({ type: 'order', key: this.#plan.key, id, order });
    return this.#within(answered, phaseUs);
  }

  /** A connection whose phase does not come to an end is closed: the next order gets a new one. */
  async #within(answered: Promise<Answer>, phaseUs: number): Promise<Answer> {
    const { key, options, send } = this.#plan;
    let isLate = false;
    this.#watchdog = new Watchdog(() => {
      isLate = true;
      send({ type: 'close', key });
    });
    this.#reportedPackets = 0;
    const patienceMs = PATIENCE_TIMEOUTS[this.version] * options.timeoutMs;
    this.#watchdog.allow((IDLE_US + phaseUs) / 1000 + patienceMs);
    const answer = await answered;
    this.#watchdog.stop();
    const { outcome } = answer;
    if (!isLate || outcome.kind !== 'lost') return answer;
    const text = `nothing more of the data arrived for ${patienceMs / 1000} s`;
    return { ...answer, outcome: { kind: 'lost', cause: { ...outcome.cause, code: 'TIMEOUT', text } } };
  }

  /** Version 1 plans the number of packets from the rate of the phase before. */
  #isTooShort(outcome: Measured | Unmeasured, phaseUs: number): boolean {
    const isPlanned = this.version === 1 && outcome.kind === 'measured';
    return isPlanned && outcome.elapsedUs < LEAST_SHARE * phaseUs;
  }

  #settleOpening(cause: Cause | null): void {
    const settle = this.#opening;
    this.#opening = null;
    settle?.(cause);
  }

  #settleOrder(answer: Answer): void {
    const settle = this.#ordered;
    this.#ordered = null;
    settle?.(answer);
  }

  #target(): DialTarget {
    const { protocol: _protocol, measure, ...target } = this.#plan.options.target;
    return {
      ...target,
      protocol: this.way === 'tcp' ? 'tcp' : 'udp',
      host: this.#host,
      measure: {
        ...measure,
        monitorBandwidth: false,
        pingIntervalUs: PING_INTERVAL_US,
        reliable: this.way !== 'udp-unreliable',
      },
    };
  }
}
