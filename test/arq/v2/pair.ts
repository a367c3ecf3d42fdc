import assert from 'node:assert/strict';
import { SendRun } from '../../../src/arq/send-run.js';
import { DELIVERY, V2Engine, type V2Options } from '../../../src/arq/v2/engine.js';
import { LossyLink, type LossyLinkOptions } from '../../support/lossy-link.js';
import { Prng } from '../../support/prng.js';

const ID = '6b1e9d3c-5f0e-4d9b-9a54-1c2a7f3d8e10+2';
export const TOKEN = '0123456789abcdef';

/** What a UDP_SEGMENT send carries. */
const RUN_BYTES = 65_507;
const RUN_SEGMENTS = 64;

/** Turns in a row without a moment passing that prove a deadlock. */
const MAX_STILL_TURNS = 10_000;

export interface PairOptions {
  readonly seed: number;
  readonly up: LossyLinkOptions;
  readonly down: LossyLinkOptions;
  readonly client?: Partial<V2Options>;
  readonly listener?: Partial<V2Options>;
  /** Damaged datagrams reach the engines, as if UDP had no checksum. */
  readonly isUnchecked?: boolean;
}

/** What UDP puts into its header; here behind the datagram. */
const CHECKSUM_BYTES = 2;

/** One of the two ends, and what came out of it. */
export class End {
  readonly engine: V2Engine;
  readonly messages: string[] = [];
  readonly endings: number[] = [];
  /** Whether the session fetches what has come. */
  isFetching = true;
  /** Until then the process sleeps: it sees and does nothing. */
  asleepUntilUs = 0;
  /** After each delivery of a message. */
  handleMessage: (text: string, nowUs: number) => void = () => {};
  /** For each datagram sent. */
  handleSent: (nowUs: number, datagram: Uint8Array, place: number) => void = () => {};

  constructor(engine: V2Engine) {
    this.engine = engine;
  }

  say(text: string): void {
    this.engine.sendMessage(new TextEncoder().encode(text));
  }
}

/** Two engines over two simulated links in virtual time. */
export class Pair {
  readonly client: End;
  readonly listener: End;
  readonly up: LossyLink;
  readonly down: LossyLink;
  nowUs = 1000;
  /** Only a link that damages datagrams needs it, and it costs time. */
  readonly #isChecked: boolean;
  readonly #run = new SendRun(new Uint8Array(RUN_BYTES), RUN_SEGMENTS);

  constructor({ seed, up, down, client, listener, isUnchecked = false }: PairOptions) {
    const isDamaged = (up.corrupt ?? 0) > 0 || (down.corrupt ?? 0) > 0;
    this.#isChecked = isDamaged && !isUnchecked;
    const rand = new Prng(seed);
    this.up = new LossyLink(rand, up);
    this.down = new LossyLink(rand, down);
    const common = { connectionId: ID, samples: null } as const;
    this.client = new End(new V2Engine({ ...common, role: 'client', token: '', ...client }, this.nowUs));
    this.listener = new End(
      new V2Engine({ ...common, role: 'listener', token: TOKEN, ...listener }, this.nowUs),
    );
  }

  /** Opens the connection as sessions do: Hello, Hello, Ping. */
  open(limitUs = 30e6): void {
    this.client.handleMessage = (text) => {
      if (text === 'hello from the listener') this.client.say('ping');
    };
    this.listener.handleMessage = (text) => {
      if (text === 'hello from the client') this.listener.say('hello from the listener');
    };
    this.client.say('hello from the client');
    this.runUntil(() => this.listener.messages.includes('ping'), limitUs);
  }

  /** @throws AssertionError when it does not come to pass within `limitUs` of virtual time. */
  runUntil(isDone: () => boolean, limitUs: number): void {
    const endUs = this.nowUs + limitUs;
    let stillTurns = 0;
    while (!isDone()) {
      this.#turn();
      if (isDone()) return;
      const nextUs = this.#nextUs();
      assert.ok(
        nextUs <= endUs,
        `nothing of it within ${limitUs / 1e6} s of virtual time (next at ${nextUs})`,
      );
      stillTurns = nextUs > this.nowUs ? 0 : stillTurns + 1;
      assert.ok(stillTurns < MAX_STILL_TURNS, 'time stands still');
      this.nowUs = Math.max(this.nowUs, nextUs);
    }
  }

  /** Lets so much virtual time pass. */
  runFor(durationUs: number): void {
    const endUs = this.nowUs + durationUs;
    for (;;) {
      this.#turn();
      const nextUs = this.#nextUs();
      if (nextUs > endUs) break;
      this.nowUs = Math.max(this.nowUs, nextUs);
    }
    this.nowUs = endUs;
  }

  #turn(): void {
    this.#turnOf(this.client, this.down, this.up);
    this.#turnOf(this.listener, this.up, this.down);
  }

  #turnOf(end: End, from: LossyLink, to: LossyLink): void {
    const { nowUs } = this;
    if (nowUs < end.asleepUntilUs) return;
    const { engine } = end;
    for (let datagram = from.receive(nowUs); datagram !== undefined; datagram = from.receive(nowUs)) {
      const sizeBytes = datagram.length - (this.#isChecked ? CHECKSUM_BYTES : 0);
      if (!this.#isChecked || isIntact(datagram)) engine.handleDatagram(nowUs, datagram, 0, sizeBytes);
    }
    if (nowUs >= engine.pollTimeout()) engine.handleTimeout(nowUs);
    this.#deliver(end);
    const run = this.#run;
    while (engine.pollTransmit(nowUs, run) > 0) this.#carry(end, to);
  }

  #carry(end: End, to: LossyLink): void {
    const { bytes, segmentBytes, segments, sizeBytes } = this.#run;
    for (let n = 0; n < segments; n++) {
      const datagram = bytes.subarray(n * segmentBytes, Math.min((n + 1) * segmentBytes, sizeBytes));
      end.handleSent(this.nowUs, datagram, n);
      to.send(this.nowUs, this.#isChecked ? withChecksum(datagram) : datagram);
    }
  }

  #deliver(end: End): void {
    if (!end.isFetching) return;
    for (;;) {
      const delivery = end.engine.pollDelivery(this.nowUs);
      if (delivery === DELIVERY.none) return;
      if (delivery !== DELIVERY.message) {
        end.endings.push(delivery);
        continue;
      }
      const text = new TextDecoder().decode(end.engine.message);
      end.messages.push(text);
      end.handleMessage(text, this.nowUs);
    }
  }

  #nextUs(): number {
    return Math.min(this.#wakeUs(this.client, this.down), this.#wakeUs(this.listener, this.up));
  }

  #wakeUs(end: End, from: LossyLink): number {
    return Math.max(end.asleepUntilUs, Math.min(from.nextUs(), end.engine.pollTimeout()));
  }
}

/** Any one changed byte shows. */
function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i++) sum = (sum + bytes[i]!) & 0xffff;
  return sum;
}

function withChecksum(datagram: Uint8Array): Uint8Array {
  const sum = checksum(datagram);
  const checked = new Uint8Array(datagram.length + CHECKSUM_BYTES);
  checked.set(datagram);
  checked[datagram.length] = sum >> 8;
  checked[datagram.length + 1] = sum & 0xff;
  return checked;
}

function isIntact(datagram: Uint8Array): boolean {
  const sizeBytes = datagram.length - CHECKSUM_BYTES;
  const sum = (datagram[sizeBytes]! << 8) | datagram[sizeBytes + 1]!;
  return checksum(datagram.subarray(0, sizeBytes)) === sum;
}
