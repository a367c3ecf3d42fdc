import { isMarked } from '../wire/v2/mark.js';
import { V2_META } from '../wire/v2/meta.js';
import { ClientSession, type ClientSettings } from './client.js';
import type { SessionEvent } from './event.js';
import { ListenerSession } from './listener.js';
import type { PacketHead, RunningPhase, Session, V1Schedule, V2Schedule } from './session.js';
import type { Transport } from './transport.js';
import { ClientSessionV2 } from './v2/client.js';
import { ListenerSessionV2, type ListenerSettingsV2 } from './v2/listener.js';
import type { TransportV2 } from './v2/transport.js';

/** A connection that may turn out to speak either version. */
export interface VersionedTransport extends Transport {
  /** Called once, when the first packet has told that the peer speaks v2: from here on only the methods of
   *  what it returns are called. */
  upgrade(): TransportV2;
  /** Called once, when it has told the contrary. */
  settle(): void;
}

/** Tells from the first packet of the peer whether it speaks v2. */
type Test = (head: PacketHead) => boolean;

/** Starts as a session of v1, which a session of v2 takes over from when the first packet calls for it. Up to
 *  there both are the same: a Hello each, and the time in which the peer's is due. */
class VersionedSession implements Session {
  version: 1 | 2 | null = null;
  readonly #v1: V1Schedule;
  #v2: V2Schedule | null = null;
  readonly #transport: VersionedTransport;
  readonly #isV2: Test;
  readonly #makeV2: (nowUs: number, transport: TransportV2) => V2Schedule;

  constructor(
    v1: V1Schedule,
    transport: VersionedTransport,
    isV2: Test,
    makeV2: (nowUs: number, transport: TransportV2) => V2Schedule,
  ) {
    this.#v1 = v1;
    this.#transport = transport;
    this.#isV2 = isV2;
    this.#makeV2 = makeV2;
  }

  get phase(): RunningPhase | null {
    return this.#schedule.phase;
  }

  handleMessage(nowUs: number, data: Uint8Array, head: PacketHead): void {
    if (this.version === null) this.#decide(nowUs, head);
    this.#schedule.handleMessage(nowUs, data, head);
  }

  handleProgress(nowUs: number, bulkBytes: number): void {
    this.#schedule.handleProgress(nowUs, bulkBytes);
  }

  handleCounted(nowUs: number, bulkBytes: number): void {
    this.#v1.handleCounted(nowUs, bulkBytes);
  }

  handleRepeated(): void {
    this.#v1.handleRepeated();
  }

  handleBye(reason: string): void {
    this.#v2?.handleBye(reason);
  }

  end(nowUs: number, reason: string): void {
    this.#v2?.end(nowUs, reason);
  }

  handleTimeout(nowUs: number): void {
    this.#schedule.handleTimeout(nowUs);
  }

  pollTimeout(): number {
    return this.#schedule.pollTimeout();
  }

  pollEvent(): SessionEvent | undefined {
    return this.#schedule.pollEvent();
  }

  get #schedule(): V1Schedule | V2Schedule {
    return this.#v2 ?? this.#v1;
  }

  #decide(nowUs: number, head: PacketHead): void {
    this.version = this.#isV2(head) ? 2 : 1;
    if (this.version === 2) this.#v2 = this.#makeV2(nowUs, this.#transport.upgrade());
    else this.#transport.settle();
  }
}

/** A client under a marked id: the listener's answer to its Hello is Accept where it speaks v2. */
export function makeClientSession(
  settings: ClientSettings,
  transport: VersionedTransport,
  nowUs: number,
): Session {
  return new VersionedSession(
    new ClientSession(settings, transport, nowUs),
    transport,
    ({ kind }) => kind === V2_META.accept,
    (answeredUs, v2) => new ClientSessionV2(settings, v2, answeredUs),
  );
}

/** A listener, which speaks v2 to clients with a marked id. */
export function makeListenerSession(
  settings: ListenerSettingsV2,
  transport: VersionedTransport,
  nowUs: number,
): Session {
  return new VersionedSession(
    new ListenerSession(settings, transport, nowUs),
    transport,
    ({ connectionId }) => isMarked(connectionId),
    (greetedUs, v2) => new ListenerSessionV2(settings, v2, greetedUs),
  );
}
