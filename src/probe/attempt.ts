import type { Protocol } from '../options/types.js';
import type { HelloExchange } from './hello.js';
import type { Icmp, Verdict } from './types.js';
import { ACCEPTED, afterAccept, conntest, failure, notConntest, silence } from './verdict.js';

/** Of what a stranger says, this much is kept and shown: a greeting line. */
const MAX_SAID_BYTES = 80;

const FAREWELL = 'this was a probe';

/** One try at one port: what happens on its socket comes in, what to send and the verdict come out. */
export class Attempt {
  /** null: not known yet. Once set it stays. */
  verdict: Verdict | null = null;
  /** To be sent before the socket is closed. */
  farewell: Uint8Array | null = null;
  readonly #protocol: Protocol;
  readonly #makeExchange: () => HelloExchange | null;
  #exchange: HelloExchange | null = null;
  #isConnected = false;
  #saidHelloUs = 0;

  /** @param makeExchange called for a port that takes what we send, which few do; null: one that accepts is open,
   *  and that is all */
  constructor(protocol: Protocol, makeExchange: () => HelloExchange | null) {
    this.#protocol = protocol;
    this.#makeExchange = makeExchange;
  }

  /** The socket can be written to; over UDP that says nothing of the peer. Returns what to send. */
  handleConnected(nowUs: number): Uint8Array | null {
    this.#isConnected = true;
    this.#saidHelloUs = nowUs;
    this.#exchange = this.#makeExchange();
    if (this.#exchange === null) this.#end(ACCEPTED);
    return this.#exchange?.hello ?? null;
  }

  handleBytes(nowUs: number, bytes: Uint8Array): void {
    if (this.#exchange === null || this.verdict !== null) return;
    const answer = this.#exchange.handleBytes(bytes);
    if (answer.kind === 'partial' && this.#protocol === 'tcp') return;
    if (answer.kind !== 'peer') {
      this.#end(notConntest(this.#said()));
      return;
    }
    if (answer.peer.version === 2) this.farewell = this.#exchange.bye(FAREWELL);
    this.#end(conntest({ ...answer.peer, latencyUs: (nowUs - this.#saidHelloUs) / 2 }));
  }

  /** The peer has closed the stream. */
  handleEnd(): void {
    this.#end(notConntest(this.#said()));
  }

  handleError(errno: string, icmp: Icmp | null): void {
    const isAccepted = this.#isConnected && this.#protocol === 'tcp';
    this.#end(isAccepted ? afterAccept(errno, this.#said()) : failure(this.#protocol, errno, icmp));
  }

  handleTimeout(): void {
    const isAccepted = this.#isConnected && this.#protocol === 'tcp';
    this.#end(isAccepted ? notConntest(this.#said()) : silence(this.#protocol));
  }

  #end(verdict: Verdict): void {
    this.verdict ??= verdict;
  }

  /** Bytes as characters of Latin-1: who shows it makes it safe. */
  #said(): string | null {
    const bytes = this.#exchange?.received.subarray(0, MAX_SAID_BYTES);
    return bytes === undefined || bytes.length === 0 ? null : String.fromCharCode(...bytes);
  }
}
