import type { Cause } from '../src/control/events.js';
import { msSince, nowUs } from '../src/io/clock.js';
import type { IoFailure } from '../src/io/failure.js';
import type { SessionEvent } from '../src/session/event.js';
import type { RunningPhase, Session } from '../src/session/session.js';
import type { SendTap } from '../src/session/v2/stream-transport.js';
import type { ReceiverLoad } from '../src/session/v2/transport.js';
import type { VersionedTransport } from '../src/session/versioned-session.js';
import { LatencyMerge } from '../src/stats/latency.js';
import { COUNTER } from '../src/stats/layout.js';
import type { Carrier, CarrierHost } from './carrier.js';
import { failureCause } from './failure-reason.js';
import type { Figures } from './figures.js';
import { LimitMeter } from './limit-meter.js';
import type { PacketTap } from './packet-tap.js';
import type { CarrierSettings, Resources } from './resources.js';
import { TappedReader } from './tapped-reader.js';
import type { Sleeper } from './timers.js';

/** A phase younger than this has no rate worth showing yet. */
const RUNNING_RATE_AFTER_US = 100_000;
/** For so long after a phase its rate is shown: far longer than the Pings between two, even on a path of satellites. */
const RATE_HOLD_US = 2_000_000;

/** What is told on as it is. */
export type ConnectionEvent = Extract<SessionEvent, { type: 'phase' | 'report' | 'refused' }>;

/** Who owns the connections of a shard. */
export interface ConnectionOwner {
  /** The peer has shown that it is one, and more than a forged address. */
  handleOpened(connection: Connection): void;
  handleHello(connection: Connection, peerName: string, version: 1 | 2): void;
  handleMeasured(connection: Connection, latencyNs: number): void;
  handleEvent(connection: Connection, event: ConnectionEvent): void;
  /** Of everything that a session tells, before anything is made of it. */
  handleSessionEvent(connection: Connection, event: SessionEvent): void;
  /** Once; the connection is over and holds nothing any more. */
  handleClosed(connection: Connection, cause: Cause): void;
}

export interface ConnectionParts {
  readonly key: number;
  readonly figures: Figures;
  makeCarrier(host: CarrierHost, settings: CarrierSettings): Carrier;
  makeSession(transport: VersionedTransport, openedUs: number): Session;
}

/** One connection: composes carrier, session and figures, and decides nothing itself. */
export class Connection implements CarrierHost, Sleeper {
  readonly key: number;
  readonly figures: Figures;
  readonly carrier: Carrier;
  readonly reader: CarrierHost['reader'];
  isClosed = false;
  isOpened = false;
  isGreeted = false;
  timerIndex = -1;
  timerUs = 0;
  readonly #resources: Resources;
  readonly #owner: ConnectionOwner;
  readonly #session: Session;
  readonly #tapped: TappedReader | null;
  readonly #openedUs = nowUs();
  readonly #phaseOwd = new LatencyMerge();
  readonly #limits: LimitMeter;
  /** What the carrier's counters come on top of: counted by earlier connections of the same key, less what was forgotten. */
  readonly #base: Float64Array;
  #greeting: Extract<SessionEvent, { type: 'hello' }> | null = null;
  #measured = false;
  /** `omitted`: its beginning was forgotten, and so it does not count. */
  #phaseState: 'none' | 'counted' | 'omitted' = 'none';
  /** The phase that is shown while it runs, and the bulk bytes sent or received before it. */
  #countedPhase: RunningPhase | null = null;
  #phaseBaseBytes = 0;
  /** When a phase was seen last. */
  #phaseSeenUs = 0;

  constructor(resources: Resources, owner: ConnectionOwner, parts: ConnectionParts) {
    const { key, figures } = parts;
    this.key = key;
    this.figures = figures;
    this.#resources = resources;
    this.#owner = owner;
    figures.forgetLive();
    this.#base = figures.values.slice();
    this.#limits = new LimitMeter(figures.values, resources.busyUs);
    const { tap } = resources;
    this.carrier = parts.makeCarrier(this, this.#settings(tap));
    this.#session = parts.makeSession(this.carrier.transport, this.#openedUs);
    this.#tapped = tap && new TappedReader(this.#session, tap, key);
    this.reader = this.#tapped ?? this.#session;
  }

  start(): void {
    this.carrier.start();
    this.settle(nowUs());
  }

  /** Of the protocol; null until the Hellos have told. */
  get version(): 1 | 2 | null {
    return this.#session.version;
  }

  // What the carrier tells.

  drainEvents(): void {
    for (let event = this.#session.pollEvent(); event !== undefined; event = this.#session.pollEvent()) {
      if (!this.isClosed) this.#handleEvent(event);
    }
  }

  settle(now: number): void {
    if (this.isClosed) return;
    if (this.carrier.takeProgress()) this.#session.handleProgress(now, this.carrier.bulkBytesReceived);
    this.drainEvents();
    if (this.isClosed) return;
    this.#open();
    this.carrier.pump();
    this.drainEvents();
    if (this.isClosed) return;
    const atUs = Math.min(this.#session.pollTimeout(), this.carrier.pollTimeout());
    if (Number.isFinite(atUs)) this.#resources.timers.set(this, atUs);
  }

  fail(failure: IoFailure): void {
    if (this.isClosed) return;
    this.#release();
    this.carrier.destroy();
    this.publish(nowUs());
    // Over UDP the first answer is the connection; until then nobody may be there.
    const silent = this.isOpened ? 'hello' : 'connect';
    const phase = this.isGreeted ? 'session' : silent;
    const elapsedMs = msSince(this.#openedUs);
    const cause = failureCause(phase, this.carrier.protocol, failure);
    this.#owner.handleClosed(this, { ...cause, elapsedMs, tried: [] });
  }

  // What the shard asks for.

  handleTimeout(now: number): void {
    this.carrier.handleTimeout(now);
    if (this.isClosed) return;
    if (this.carrier.takeProgress()) this.#session.handleProgress(now, this.carrier.bulkBytesReceived);
    this.#session.handleTimeout(now);
    this.settle(now);
  }

  /** Brings the figures up to date and publishes them. */
  publish(now: number): void {
    this.#sample(now);
    if (!this.isClosed) this.#refreshRates(now);
    this.figures.publish();
    if (!this.isClosed && this.carrier.takeProgress()) {
      this.#session.handleProgress(now, this.carrier.bulkBytesReceived);
    }
  }

  /** Forgets what was counted so far, a running phase included. */
  restartFigures(now: number): void {
    const { values } = this.figures;
    this.#sample(now);
    const before = values.slice();
    this.figures.restart();
    this.#base.forEach((base, counter) => {
      this.#base[counter] = base - before[counter]! + values[counter]!;
    });
    if (this.#phaseState === 'counted') this.#phaseState = 'omitted';
  }

  /** Ends it in good order, without a word to the owner. */
  end(reason: string, ended: () => void): void {
    this.#session.end(nowUs(), reason);
    this.#release();
    this.carrier.end(() => {
      this.publish(nowUs()); // the Bye counts as well
      ended();
    });
  }

  #sample(now: number): void {
    this.carrier.count(this.figures.values, this.#base);
    this.#limits.sample(now, this.carrier.sendTimes);
  }

  #settings(tap: PacketTap | null): CarrierSettings {
    return {
      recordOwd: (owdNs, times) => {
        this.#phaseOwd.record(owdNs, times);
        this.figures.handleOwd(owdNs, times);
      },
      recordRtt: (rttNs) => this.figures.handleRtt(rttNs, this.#session.phase !== null),
      owdHistogram: () => {
        const encoded = this.#phaseOwd.encode();
        this.#phaseOwd.reset();
        return encoded;
      },
      load: () => this.#load,
      tap: tap && sendTap(tap, this.key),
    };
  }

  get #load(): ReceiverLoad {
    const { values } = this.figures;
    const now = nowUs();
    this.carrier.refreshDrops();
    this.#sample(now);
    const isTold = values[COUNTER.dropReads]! > this.#base[COUNTER.dropReads]!;
    return { busyUs: this.#resources.busyUs(), queueDrops: isTold ? values[COUNTER.queueDrops]! : null };
  }

  #handleEvent(event: SessionEvent): void {
    this.#owner.handleSessionEvent(this, event);
    switch (event.type) {
      case 'hello':
        this.isGreeted = true;
        this.#greeting = event;
        this.figures.values[COUNTER.version] = event.version;
        this.#open();
        return;
      case 'latency':
        this.figures.handleLatency(event.latencyNs, event.loaded);
        this.#open();
        if (!this.#measured) this.#owner.handleMeasured(this, event.latencyNs);
        this.#measured = true;
        return;
      case 'phase-started':
        this.#countedPhase = this.#session.phase;
        this.#phaseBaseBytes = this.#phaseBytes(event.direction);
        this.#phaseState = 'counted';
        this.#limits.start(nowUs(), this.#countedPhase, this.carrier.sendTimes);
        this.figures.values[COUNTER.packetSizeBytes] = event.packetSizeBytes;
        return;
      case 'phase':
        this.#sample(nowUs());
        if (!event.received && event.detail !== null) {
          this.#limits.handleReport(event.direction, event.detail.report);
        }
        this.#limits.start(nowUs(), null, null);
        if (this.#phaseState === 'omitted')
          this.figures.setRate(event.direction, event.received, event.rateBps);
        else this.figures.handlePhase(event);
        this.#phaseState = 'none';
        this.#phaseSeenUs = nowUs();
        if (event.received && event.detail !== null) {
          this.#tapped?.handlePhase(event.packets, this.figures.values[COUNTER.packetSizeBytes]!);
        }
        this.#owner.handleEvent(this, event);
        return;
      case 'report':
        if (!event.received) this.#limits.handleReport(event.direction, event.report);
        this.#owner.handleEvent(this, event);
        return;
      case 'refused':
        this.#owner.handleEvent(this, event);
        return;
      case 'bye':
        this.fail({ code: 'PEER_CLOSED', text: `the peer said goodbye: ${event.reason}` });
        return;
      case 'failed':
        this.fail(event);
    }
  }

  /** It exists for others from the moment on that its peer is proven to be one. */
  #open(): void {
    if (!this.carrier.isProven) return;
    if (!this.isOpened) {
      this.isOpened = true;
      this.#owner.handleOpened(this);
    }
    const greeting = this.#greeting;
    this.#greeting = null;
    if (greeting !== null) this.#owner.handleHello(this, greeting.peerName, greeting.version);
  }

  #phaseBytes(direction: 'up' | 'down'): number {
    const { phase } = this.#session;
    const sending = phase?.received === false && phase.direction === direction;
    return sending ? this.carrier.bulkBytesSent : this.carrier.bulkBytesReceived;
  }

  /** A phase that runs has one so far; what was measured long ago is no rate of now. */
  #refreshRates(now: number): void {
    const { phase } = this.#session;
    if (phase !== null) this.#phaseSeenUs = now;
    else if (now - this.#phaseSeenUs > RATE_HOLD_US) this.figures.clearRates();
    if (phase === null || phase !== this.#countedPhase) return;
    const elapsedUs = now - phase.startUs;
    if (elapsedUs < RUNNING_RATE_AFTER_US) return;
    const bytes = this.#phaseBytes(phase.direction) - this.#phaseBaseBytes;
    this.figures.setRate(phase.direction, phase.received, Math.round((bytes * 8e6) / elapsedUs));
  }

  #release(): void {
    this.isClosed = true;
    this.#resources.timers.remove(this);
  }
}

/** Notes what is queued. Indices are given in the order of queueing, as v1 writes them. */
function sendTap(tap: PacketTap, key: number): SendTap {
  let nextIndex = 0;
  return {
    handleMessage: (data) => tap.message(key, 'sent', nextIndex++, data),
    handleBulk: (nPackets, packetSizeBytes) => {
      tap.bulk(key, 'sent', nextIndex, nPackets, packetSizeBytes);
      nextIndex += nPackets;
    },
  };
}
