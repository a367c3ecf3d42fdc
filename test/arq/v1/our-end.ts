import assert from 'node:assert/strict';
import { SendRun } from '../../../src/arq/send-run.js';
import { DELIVERY, V1Engine } from '../../../src/arq/v1/engine.js';
import { ClientSession, type ClientSettings } from '../../../src/session/client.js';
import type { SessionEvent } from '../../../src/session/event.js';
import { ListenerSession } from '../../../src/session/listener.js';
import { FAULT } from '../../../src/wire/errors.js';
import { META } from '../../../src/wire/header.js';
import { DatagramView, decodeDatagram } from '../../../src/wire/packet.js';

export const CONNECTION_ID = '6b1e9d3c-5f0e-4d9b-9a54-1c2a7f3d8e10';

type Session = ClientSession | ListenerSession;

const view = new DatagramView();

/** One session of ours over one engine, composed as a shard does it. */
export class OurEnd {
  readonly engine: V1Engine;
  readonly events: SessionEvent[] = [];
  /** Messages that the session was told, as text. */
  readonly told: string[] = [];
  readonly #session: Session;
  /** Normal packets that came, by index, and all of them. */
  readonly #distinct = new Set<number>();
  #arrivals = 0;
  readonly #run = new SendRun(new Uint8Array(65_536), 8);
  #progress = 0;

  constructor(engine: V1Engine, session: Session) {
    this.engine = engine;
    this.#session = session;
  }

  static client(nowUs: number, settings: ClientSettings): OurEnd {
    const engine = new V1Engine({ connectionId: CONNECTION_ID, role: 'client' }, nowUs);
    return new OurEnd(engine, new ClientSession(settings, engine, nowUs));
  }

  static listener(nowUs: number, connectionId: string): OurEnd {
    const engine = new V1Engine({ connectionId, role: 'listener' }, nowUs);
    const settings = { name: 'ours', maxPacketSizeBytes: 60_000, timeoutUs: 5_000_000 };
    return new OurEnd(engine, new ListenerSession(settings, engine, nowUs));
  }

  get failure(): string | null {
    const last = this.events.at(-1);
    return last?.type === 'failed' ? last.text : null;
  }

  handleDatagram(nowUs: number, datagram: Uint8Array): void {
    for (let off = 0; off < datagram.length; ) {
      this.#observe(datagram, off);
      off = this.engine.handleDatagram(nowUs, datagram, off, datagram.length);
      this.#drain(nowUs);
    }
  }

  handleTimeout(nowUs: number): void {
    this.engine.handleTimeout(nowUs);
    this.#drain(nowUs);
    this.#session.handleTimeout(nowUs);
    this.#drainEvents();
  }

  pollTimeout(): number {
    return Math.min(this.engine.pollTimeout(), this.#session.pollTimeout());
  }

  /** Every datagram that is to be sent now. */
  transmit(nowUs: number, send: (datagram: Uint8Array) => void): void {
    const run = this.#run;
    while (this.engine.pollTransmit(nowUs, run) > 0) {
      for (let off = 0; off < run.sizeBytes; off += run.segmentBytes) {
        send(run.bytes.subarray(off, Math.min(run.sizeBytes, off + run.segmentBytes)));
      }
    }
  }

  /** What must hold at any time on a path that damages nothing: whatever came has been counted, once. */
  assertCounted(): void {
    const { engine } = this;
    assert.equal(engine.packetsReceived, this.#arrivals);
    const taken = engine.packetsReceived - engine.duplicates;
    // A packet that came after its place had been given up is a duplicate to the engine: it was counted as lost.
    assert.ok(taken <= this.#distinct.size, `${taken} packets taken of ${this.#distinct.size}`);
    assert.ok(this.#distinct.size - taken <= engine.lost, 'a packet that came is neither counted nor lost');
    const counted = engine.bulkPacketsReceived + engine.strays;
    assert.ok(counted <= taken, `${counted} bulk packets counted of ${taken}`);
    assert.equal(engine.malformed, 0);
  }

  #observe(datagram: Uint8Array, off: number): void {
    if (decodeDatagram(datagram, off, datagram.length, view) !== FAULT.none) return;
    if (view.metaKind !== META.normal) return;
    this.#arrivals++;
    this.#distinct.add(view.index);
  }

  #drain(nowUs: number): void {
    const { engine } = this;
    for (let found = engine.pollDelivery(); found !== DELIVERY.none; found = engine.pollDelivery()) {
      if (found === DELIVERY.counted) this.#session.handleCounted(nowUs, engine.bulkBytesReceived);
      else {
        if (engine.isRepeated) this.#session.handleRepeated();
        this.told.push(new TextDecoder().decode(engine.message));
        this.#session.handleMessage(nowUs, engine.message);
      }
    }
    if (engine.progress !== this.#progress) this.#session.handleProgress(nowUs, engine.bulkBytesReceived);
    this.#progress = engine.progress;
    this.#drainEvents();
  }

  #drainEvents(): void {
    for (let event = this.#session.pollEvent(); event !== undefined; event = this.#session.pollEvent()) {
      this.events.push(event);
    }
  }
}

/** The id of a datagram that opens a connection: a Normal packet of index 0; null for any other. */
export function openedBy(datagram: Uint8Array): string | null {
  if (decodeDatagram(datagram, 0, datagram.length, view) !== FAULT.none) return null;
  return view.metaKind === META.normal && view.index === 0 ? view.connectionId : null;
}
