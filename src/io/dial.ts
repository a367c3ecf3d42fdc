import type { LookupAddress } from 'node:dns';
import { errnoText, type IoFailure, ioFailure, withIcmp } from './failure.js';
import { ConnectErrors } from './kernel/connect-errors.js';
import { openTcp } from './kernel/descriptor.js';
import { kernelOptions, type SocketRequest } from './kernel/socket-request.js';
import { loadLibc } from './libc.js';
import { resolveHost } from './resolve.js';
import { TcpLink } from './tcp.js';

/** RFC 8305 §5: the "Connection Attempt Delay" between two addresses of one name. Unlike node:net's
 *  own, an attempt goes on beyond it: a path with a longer round trip must still connect. */
const ATTEMPT_DELAY_MS = 250;

export interface DialRequest {
  readonly host: string;
  readonly port: number;
  readonly family: 0 | 4 | 6;
  readonly socket: SocketRequest;
  /** For everything: resolving, and every address. */
  readonly timeoutMs: number;
}

export interface DialFailure extends IoFailure {
  readonly phase: 'resolve' | 'connect';
  readonly tried: readonly { readonly address: string; readonly code: string }[];
}

export interface DialHandler {
  handleConnected(link: TcpLink): void;
  handleFailed(failure: DialFailure): void;
}

interface Attempt {
  /** The address. */
  readonly name: string;
  readonly errors: ConnectErrors | null;
}

/** Connects to the first address of a host that answers; tells its handler exactly once, unless aborted. */
export class TcpDial {
  readonly #request: DialRequest;
  readonly #handler: DialHandler;
  readonly #attempts = new Map<TcpLink, Attempt>();
  readonly #tried: { address: string; code: string }[] = [];
  readonly #timer: NodeJS.Timeout;
  #nextTimer: NodeJS.Timeout | undefined;
  #left: readonly LookupAddress[] | null = null;
  #done = false;

  constructor(request: DialRequest, handler: DialHandler) {
    this.#request = request;
    this.#handler = handler;
    this.#timer = setTimeout(() => this.#handleTimeout(), request.timeoutMs);
    resolveHost(request.host, request.family).then(
      (addresses) => this.#handleResolved(addresses),
      (error: NodeJS.ErrnoException) => this.#fail('resolve', ioFailure(error)),
    );
  }

  abort(): void {
    this.#done = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#nextTimer);
    for (const [link, { errors }] of this.#attempts) {
      errors?.end();
      link.destroy();
    }
    this.#attempts.clear();
  }

  #handleResolved(addresses: readonly LookupAddress[]): void {
    if (this.#done) return;
    this.#left = addresses;
    this.#tryNext();
  }

  #tryNext(): void {
    clearTimeout(this.#nextTimer);
    const [address, ...left] = this.#left ?? [];
    if (address === undefined) return;
    this.#left = left;
    this.#attempt(address);
    if (left.length > 0) this.#nextTimer = setTimeout(() => this.#tryNext(), ATTEMPT_DELAY_MS);
  }

  #attempt({ address, family }: LookupAddress): void {
    const { port, socket } = this.#request;
    const v6 = family === 6;
    const name = v6 ? `[${address}]:${port}` : `${address}:${port}`;
    const link = this.#open(name, v6 ? 6 : 4);
    if (link === null) return;
    const errors = link.fd < 0 ? null : ConnectErrors.of(link.fd, v6 ? 6 : 4);
    this.#attempts.set(link, { name, errors });
    link.socket.once('connect', () => this.#handleConnected(link));
    link.socket.once('error', (error: NodeJS.ErrnoException) => this.#handleError(link, error));
    link.socket.connect({ host: address, port, family, ...localAddress(socket, address) });
  }

  /** null: the system refuses what is asked of the socket, and would for every address. */
  #open(name: string, family: 4 | 6): TcpLink | null {
    const { socket } = this.#request;
    try {
      // A descriptor of our own tells more when it fails.
      const isOwn = kernelOptions(socket).length > 0 || loadLibc().libc !== null;
      return isOwn ? new TcpLink(openTcp(family, socket)) : new TcpLink();
    } catch (error) {
      const failure = ioFailure(error as NodeJS.ErrnoException);
      this.#tried.push({ address: name, code: failure.code });
      this.#fail('connect', failure);
      return null;
    }
  }

  #handleConnected(link: TcpLink): void {
    if (this.#done) return;
    if (isItself(link)) {
      this.#handleError(link, { name: 'Error', message: 'connected to itself', code: 'ECONNREFUSED' });
      return;
    }
    this.#attempts.get(link)?.errors?.end();
    this.#attempts.delete(link);
    this.abort();
    this.#handler.handleConnected(link);
  }

  #handleError(link: TcpLink, error: NodeJS.ErrnoException): void {
    const attempt = this.#attempts.get(link);
    if (this.#done || attempt === undefined) return;
    const failure = withIcmp(ioFailure(error), attempt.errors?.take() ?? null);
    this.#tried.push({ address: attempt.name, code: failure.code });
    this.#attempts.delete(link);
    link.destroy();
    if (this.#left !== null && this.#left.length > 0) this.#tryNext();
    else if (this.#attempts.size === 0) this.#fail('connect', failure);
  }

  #handleTimeout(): void {
    const seconds = this.#request.timeoutMs / 1000;
    if (this.#left === null) {
      this.#fail('resolve', { code: 'TIMEOUT', text: `the name did not resolve within ${seconds} s` });
      return;
    }
    for (const { name } of this.#attempts.values()) this.#tried.push({ address: name, code: 'TIMEOUT' });
    const text = `no answer within ${seconds} s: ${errnoText('ETIMEDOUT')}`;
    this.#fail('connect', { code: 'TIMEOUT', text });
  }

  #fail(phase: 'resolve' | 'connect', failure: IoFailure): void {
    if (this.#done) return;
    this.abort();
    this.#handler.handleFailed({ phase, ...failure, tried: this.#tried });
  }
}

/** A link-local address means nothing without its zone. */
export function localAddress(
  { bindAddress, bindDevice }: SocketRequest,
  remote: string,
): { localAddress?: string } {
  if (bindAddress === null) return {};
  const [, zone = bindDevice] = remote.split('%');
  const isLinkLocal = /^fe[89ab]/i.test(bindAddress);
  return { localAddress: isLinkLocal && zone !== null ? `${bindAddress}%${zone}` : bindAddress };
}

/** A client that tries a closed port of its own host, again and again, is one day given that very port as
 *  its own, and TCP's simultaneous open connects it to itself (RFC 9293 §3.5). Nobody listens there. */
function isItself({ local, remote }: TcpLink): boolean {
  return local.ip === remote.ip && local.port === remote.port;
}
