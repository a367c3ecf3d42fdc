import type { Cause } from '../src/control/events.js';
import type { FromShard, OrderOutcome, PhaseOrder, ShardSettings } from '../src/control/messages.js';
import { msSince, nowUs } from '../src/io/clock.js';
import { pathMtuBytes } from '../src/io/kernel/path-mtu.js';
import { bufferSizes } from '../src/io/kernel/socket-request.js';
import { loadLibc } from '../src/io/libc.js';
import type { MeasurePlan } from '../src/options/types.js';
import type { SessionEvent } from '../src/session/event.js';
import { MAX_PHASE_BYTES, MAX_PHASE_US, type PhaseLimits } from '../src/session/v2/limits.js';
import { makeClientSession, makeListenerSession } from '../src/session/versioned-session.js';
import { markId } from '../src/wire/v2/mark.js';
import type { Carrier, CarrierHost } from './carrier.js';
import { Connection, type ConnectionEvent, type ConnectionOwner } from './connection.js';
import { OrderRun } from './order.js';
import { inabilityOf } from './order-limits.js';
import type { CarrierSettings, Resources } from './resources.js';
import { Slots } from './slots.js';

/** Connections that one shard keeps open for strangers; one that is beyond is closed at once, so that
 *  a flood can take neither the memory nor the descriptors that our own connections need. */
export const MAX_ACCEPTED = 4096;

/** Why a connection that the user has closed is gone. */
export const CLOSED_BY_HAND = {
  phase: 'session',
  code: 'STOPPED',
  text: 'closed by hand',
  tried: [],
} as const satisfies Omit<Cause, 'elapsedMs'>;

/** Figures published in a tick, which cost about 30 us a connection: each at least, and of many in so many ticks. */
const MIN_PUBLISHED = 32;
const MAX_TICKS_A_ROUND = 5;

/** A peer that hangs takes nothing, and so no goodbye: whoever closes a connection wants it gone. */
const CLOSE_LIMIT_MS = 500;

/** @param secret a client's connection id, or a listener's token */
type MakeCarrier<C extends Carrier> = (host: CarrierHost, settings: CarrierSettings, secret: string) => C;

export interface NewClient {
  readonly key: number;
  /** What its peer knows it by, without the mark of version 2. */
  readonly id: string;
  readonly measure: MeasurePlan;
  /** When it was dialled. */
  readonly startUs: number;
}

interface Entry {
  readonly connection: Connection;
  readonly role: 'client' | 'listener';
  readonly listen: number | null;
  readonly startUs: number;
  /** Of the bulk data that a client asks for; 0: none. */
  readonly packetSizeBytes: number;
}

/** The connections of a shard, and what the main thread is told of them. */
export class Roster implements ConnectionOwner {
  readonly #settings: ShardSettings;
  readonly #resources: Resources;
  readonly #send: (message: FromShard) => void;
  readonly #slots: Slots;
  readonly #entries = new Map<number, Entry>();
  /** Those whose figures are still to be published in this round. */
  #round = this.#entries.values();
  /** Each is given once, however many connections it holds for. */
  readonly #warnings = new Set<string>();
  /** What clients measure: a session asks anew at each round, over all its reconnects. */
  readonly #plans = new Map<number, MeasurePlan>();
  /** Single phases that clients are asked for, under way. */
  readonly #orders = new Map<
    number,
    { readonly id: number; readonly run: OrderRun; readonly tooLargeBefore: number }
  >();
  #nextKey: number;
  #accepted = 0;
  #refused = 0;

  constructor(
    shard: number,
    firstKey: number,
    settings: ShardSettings,
    resources: Resources,
    send: (message: FromShard) => void,
  ) {
    this.#nextKey = firstKey;
    this.#settings = settings;
    this.#resources = resources;
    this.#send = send;
    this.#slots = new Slots(shard, send);
  }

  addClient({ key, id, measure, startUs }: NewClient, makeCarrier: MakeCarrier<Carrier>): Connection {
    const { name, timeoutMs } = this.#settings;
    const planNow = () => this.#orders.get(key)?.run.plan ?? this.#plans.get(key) ?? measure;
    const settings = {
      name,
      timeoutUs: timeoutMs * 1000,
      get measure() {
        return planNow();
      },
    };
    const connection = new Connection(this.#resources, this, {
      key,
      figures: this.#slots.open(key, measure.pingIntervalUs * 1000),
      makeCarrier: (host, carrierSettings) => makeCarrier(host, carrierSettings, markId(id)),
      makeSession: (transport, now) => makeClientSession(settings, transport, now),
    });
    const packetSizeBytes = measure.monitorBandwidth ? measure.packetSizeBytes : 0;
    this.#entries.set(key, { connection, role: 'client', listen: null, startUs, packetSizeBytes });
    return connection;
  }

  /** null: there is no room.
   *  @param maxCarriedBytes data of the largest packet that the carrier has room for */
  addAccepted<C extends Carrier>(
    listen: number,
    maxCarriedBytes: number,
    makeCarrier: MakeCarrier<C>,
  ): { connection: Connection; carrier: C } | null {
    if (this.#accepted >= MAX_ACCEPTED) {
      this.#refused++;
      return null;
    }
    this.#accepted++;
    const token = crypto().randomBytes(8).toString('hex');
    const { name, timeoutMs } = this.#settings;
    const maxPacketSizeBytes = Math.min(this.#settings.maxPacketSizeBytes, maxCarriedBytes);
    const isUdp = Number.isFinite(maxCarriedBytes);
    const limits: PhaseLimits = {
      maxPacketSizeBytes,
      maxPhaseUs: MAX_PHASE_US,
      maxPhaseBytes: MAX_PHASE_BYTES,
      // Over UDP the engine keeps it, over TCP the system.
      keepsRate: isUdp || loadLibc().libc !== null,
      pathProbes: isUdp ? (this.#settings.udpIo === 'batch' ? 'both' : 'up') : 'none',
    };
    const settings = { name, timeoutUs: timeoutMs * 1000, token, ...limits };
    const key = this.#nextKey++;
    let made: C | undefined;
    const connection = new Connection(this.#resources, this, {
      key,
      figures: this.#slots.open(key, 0),
      makeCarrier: (host, carrierSettings) => {
        made = makeCarrier(host, carrierSettings, token);
        return made;
      },
      makeSession: (transport, now) => makeListenerSession(settings, transport, now),
    });
    this.#entries.set(key, { connection, role: 'listener', listen, startUs: nowUs(), packetSizeBytes: 0 });
    return { connection, carrier: made! };
  }

  setPlan(key: number, measure: MeasurePlan): void {
    this.#plans.set(key, measure);
  }

  setMonitoring(key: number, isOn: boolean): void {
    const plan = this.#plans.get(key);
    if (plan !== undefined) this.#plans.set(key, { ...plan, monitorBandwidth: isOn });
  }

  /** Has a client run one phase; nothing happens where the connection has just ended, which is told anyhow. */
  order(key: number, id: number, order: PhaseOrder): void {
    const connection = this.#entries.get(key)?.connection;
    const plan = this.#plans.get(key);
    if (connection === undefined || connection.isClosed || plan === undefined) return;
    const { carrier, version } = connection;
    const { maxPacketSizeBytes } = this.#settings;
    const peer = { version, isReliable: plan.reliable, maxPacketSizeBytes };
    const text = inabilityOf(order, peer, carrier);
    const packetSizeBytes =
      order.kind === 'measure'
        ? order.packetSizeBytes
        : (carrier.probeDataBytes(order.direction, order.datagramBytes) ?? 0);
    const { busyUs } = this.#resources;
    const run = new OrderRun(order, plan, packetSizeBytes, { nowUs, busyUs });
    this.#orders.set(key, { id, run, tooLargeBefore: carrier.tooLarge });
    if (text !== null) this.#endOrder(connection, { kind: 'unable', text });
  }

  /** Ends a connection in good order, if it is still there. */
  close(key: number): void {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.connection.isClosed) return;
    const { connection, startUs } = entry;
    const told = (): void => {
      clearTimeout(limit);
      if (!this.#entries.has(key)) return;
      connection.publish(nowUs());
      this.handleClosed(connection, { ...CLOSED_BY_HAND, elapsedMs: msSince(startUs) });
    };
    const limit = setTimeout(() => {
      connection.carrier.destroy();
      told();
    }, CLOSE_LIMIT_MS);
    connection.end('closed by hand', told);
  }

  /** Forgets what all connections have counted, those that are to be tried again as well. */
  restartFigures(now: number): void {
    for (const [key, figures] of this.#slots.all()) {
      const connection = this.#entries.get(key)?.connection;
      if (connection === undefined) figures.restart();
      else connection.restartFigures(now);
    }
  }

  release(key: number): void {
    this.#slots.release(key);
  }

  /** Connections refused since the last call. */
  takeRefused(): number {
    const refused = this.#refused;
    this.#refused = 0;
    return refused;
  }

  /** A tick's part of the connections: all of them where they are few. */
  publish(now: number, utilization: number): void {
    const { size } = this.#entries;
    const count = Math.min(size, Math.max(MIN_PUBLISHED, Math.ceil(size / MAX_TICKS_A_ROUND)));
    for (let n = 0; n < count; n++) this.#nextToPublish()?.connection.publish(now);
    this.#slots.setUtilization(utilization);
  }

  /** Ends every connection in good order. */
  end(ended: () => void): void {
    // Those that are being closed by hand are on their way.
    const open = [...this.#entries.values()].filter(({ connection }) => !connection.isClosed);
    let left = open.length;
    if (left === 0) ended();
    for (const { connection } of open) {
      connection.end('the instance was stopped', () => {
        left--;
        if (left === 0) ended();
      });
    }
    this.#entries.clear();
  }

  // What the connections tell.

  handleOpened(connection: Connection): void {
    const entry = this.#entries.get(connection.key);
    if (entry === undefined) return;
    const { role, listen, startUs } = entry;
    const { key, figures, carrier } = connection;
    const sinceStartMs = msSince(startUs);
    // A client's connection begins when it is there, a listener's when it was accepted.
    const connectMs = role === 'client' ? sinceStartMs : 0;
    const tMs = Math.floor(role === 'client' ? Date.now() : Date.now() - sinceStartMs);
    const { local, remote } = carrier;
    const buffers = bufferSizes(carrier.fd);
    const { place } = figures;
    this.#send({
      type: 'opened',
      key,
      role,
      listen,
      place,
      local,
      remote,
      buffers,
      connectMs,
      tMs,
    });
  }

  handleHello({ key, carrier }: Connection, peerName: string, version: 1 | 2): void {
    const headBytes = carrier.headBytes(this.#plans.get(key)?.reliable ?? true);
    const mtu = { pathMtuBytes: pathMtuBytes(carrier.fd) };
    this.#send({ type: 'hello', key, peerName, version, headBytes, ...mtu, tMs: Date.now() });
    const { packetSizeBytes } = this.#entries.get(key)!;
    const most = carrier.maxOriginalBytes;
    if (version === 2 || packetSizeBytes <= most) return;
    this.#warn(
      `a peer speaks version 1 over UDP: if it is an original, packets of ${packetSizeBytes} bytes never reach it; ` +
        `packet-size=${most} is the most`,
    );
  }

  handleMeasured({ key }: Connection, latencyNs: number): void {
    this.#send({ type: 'measured', key, latencyNs, tMs: Date.now() });
  }

  handleEvent(connection: Connection, event: ConnectionEvent): void {
    connection.publish(nowUs());
    this.#send({ ...event, key: connection.key, tMs: Date.now() });
  }

  handleSessionEvent(connection: Connection, event: SessionEvent): void {
    const outcome = this.#orders.get(connection.key)?.run.handle(event) ?? null;
    if (outcome !== null) this.#endOrder(connection, outcome);
  }

  #nextToPublish(): Entry | undefined {
    let next = this.#round.next();
    if (next.done) {
      this.#round = this.#entries.values();
      next = this.#round.next();
    }
    return next.value;
  }

  handleClosed(connection: Connection, cause: Cause): void {
    const { key, isOpened } = connection;
    this.#endOrder(connection, { kind: 'lost', cause });
    const entry = this.#entries.get(key);
    this.#entries.delete(key);
    if (entry?.role === 'listener') this.#accepted--;
    // Nobody was told of it.
    if (entry?.role === 'listener' && !isOpened) this.#slots.release(key);
    else this.#send({ type: 'closed', key, opened: isOpened, cause, tMs: Date.now() });
  }

  #endOrder({ key, carrier }: Connection, outcome: OrderOutcome): void {
    const order = this.#orders.get(key);
    if (order === undefined) return;
    this.#orders.delete(key);
    this.#send({
      type: 'ordered',
      key,
      id: order.id,
      outcome,
      isTooLarge: carrier.tooLarge > order.tooLargeBefore,
      pathMtuBytes: pathMtuBytes(carrier.fd),
    });
  }

  #warn(text: string): void {
    if (this.#warnings.has(text)) return;
    this.#warnings.add(text);
    this.#send({ type: 'notice', level: 'warning', text });
  }
}

/** Loaded by the first connection that is accepted: a client would wait for it. */
function crypto(): typeof import('node:crypto') {
  return process.getBuiltinModule('node:crypto');
}
