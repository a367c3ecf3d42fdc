import type { Socket as DatagramSocket } from 'node:dgram';
import type { Socket } from 'node:net';
import { loadLibc, socketError } from '../libc.js';
import { AF_INET, AF_INET6 } from '../sockaddr.js';
import { applyRequest, type SocketRequest } from './socket-request.js';
import { SOCK_CLOEXEC, SOCK_STREAM } from './sockopt.js';

/** Neither node:net nor node:dgram tells its socket's descriptor: it is read where they keep it themselves.
 *  Should a later Node keep it elsewhere, all figures of the kernel become n/a, and nothing else happens. */
interface Handle {
  readonly fd?: number;
}

const NONE = -1;

/** -1: it has none (yet, or any more). */
export function fdOf(socket: Socket): number {
  const { _handle: handle } = socket as unknown as { _handle: Handle | null };
  return handle?.fd ?? NONE;
}

/** libuv's side of a dgram socket. */
interface DatagramHandle extends Handle {
  recvStart?(): number;
  recvStop?(): number;
}

/** As fdOf. */
export function fdOfDatagrams(socket: DatagramSocket): number {
  return handleOf(socket)?.fd ?? NONE;
}

/** Lets libuv read the socket, or keeps it from that. Returns whether it could be told. */
export function setReading(socket: DatagramSocket, isOn: boolean): boolean {
  const handle = handleOf(socket);
  return (isOn ? handle?.recvStart?.() : handle?.recvStop?.()) === 0;
}

/** dgram's own `_handle` is deprecated and warns. */
function handleOf(socket: DatagramSocket): DatagramHandle | null {
  const symbol = Object.getOwnPropertySymbols(socket).find(
    ({ description }) => description === 'state symbol',
  );
  if (symbol === undefined) return null;
  return (socket as unknown as Record<symbol, { handle: DatagramHandle | null }>)[symbol]!.handle;
}

/** A TCP socket with all that is asked for, not yet bound or connected; whoever wraps it closes it. A socket of node:net has none before
 *  it connects, and then it is too late for most options.
 *  @throws NodeJS.ErrnoException */
export function openTcp(family: 4 | 6, request: SocketRequest): number {
  const { libc, reason } = loadLibc();
  if (libc === null) throw new Error(`no options of sockets: ${reason}`);
  const fd = libc.socket(family === 6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) throw socketError(libc, 'socket');
  try {
    applyRequest(fd, family, request);
  } catch (error) {
    libc.close(fd);
    throw error;
  }
  return fd;
}
