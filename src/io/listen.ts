import { createServer, isIP, type ListenOptions, type Server, type Socket } from 'node:net';
import type { SocketPlan } from '../options/types.js';
import { applyListenRequest } from './kernel/socket-request.js';
import { bindReusePort, type ReusePort } from './reuse-port.js';
import { type Endpoint, TcpLink } from './tcp.js';

/** The kernel cuts it to net.core.somaxconn; node's own 511 is too little for a thousand connects at once. */
const BACKLOG = 4096;

export interface ListenRequest {
  /** null: every local address. */
  readonly host: string | null;
  readonly port: number;
  readonly family: 0 | 4 | 6;
  /** What its socket is asked for; over TCP with mode `native` only. None: as the system has it. */
  readonly socket?: SocketPlan;
}

/** How a shard gets at the port: as its only owner, or as one of several. */
export type ListenMode = 'exclusive' | Exclude<ReusePort, 'none'>;

export interface ListenHandler {
  /** @param fd of the listening socket; -1: not told */
  handleListening(local: Endpoint, fd: number): void;
  /** Before listening: it can't. Afterwards: one accept failed, and listening goes on. */
  handleError(error: NodeJS.ErrnoException, listening: boolean): void;
  handleAccepted(link: TcpLink): void;
}

export interface TcpListener {
  close(): void;
}

export function listenTcp(request: ListenRequest, mode: ListenMode, handler: ListenHandler): TcpListener {
  const server = createServer({ pauseOnConnect: true });
  let fd = -1;
  server.on('error', (error) => handler.handleError(error, server.listening));
  server.on('listening', () => handler.handleListening(localOf(server), fd));
  server.on('connection', (socket: Socket) => handler.handleAccepted(new TcpLink(socket)));
  try {
    if (mode === 'native') fd = bindNative(request);
    server.listen(mode === 'native' ? { fd, backlog: BACKLOG } : nodeOptions(request, mode));
  } catch (error) {
    queueMicrotask(() => handler.handleError(error as NodeJS.ErrnoException, false));
  }
  return { close: () => server.close() };
}

export function nodeOptions(
  { host, port, family }: ListenRequest,
  mode: 'exclusive' | 'node',
): ListenOptions {
  const address = host ?? (family === 4 ? '0.0.0.0' : family === 6 ? '::' : undefined);
  return {
    port,
    ...(address === undefined ? {} : { host: address }),
    ipv6Only: family === 6,
    backlog: BACKLOG,
    exclusive: true,
    ...(mode === 'node' ? { reusePort: true } : {}),
  };
}

/** @param request its host is a literal: reserveTcp has told which */
function bindNative({ host, port, family, socket }: ListenRequest): number {
  const address = host ?? '::';
  if (isIP(address.split('%')[0] ?? '') === 0) throw new Error(`${address} is no address literal`);
  return bindReusePort('stream', address, port, family === 6, (fd, socketFamily) => {
    if (socket !== undefined) applyListenRequest(fd, socketFamily, socket);
  });
}

export function localOf(server: Server): Endpoint {
  const address = server.address();
  return typeof address === 'object' && address !== null
    ? { ip: address.address, port: address.port }
    : { ip: '', port: 0 };
}
