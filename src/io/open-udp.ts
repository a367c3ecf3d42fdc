import { loadBatchCalls } from './batch/calls.js';
import { BatchSocket } from './batch/socket.js';
import type { ListenMode, ListenRequest } from './listen.js';
import { type DatagramSocket, UdpSocket } from './udp.js';

/** What carries datagrams: `batch`, many a system call, where the system lets us; or node's own `dgram`. */
export type UdpIo = 'batch' | 'dgram';

/** A socket that speaks with one address only. Rejects with the errno. */
export function connectUdp(io: UdpIo, ip: string, port: number): Promise<DatagramSocket> {
  const { calls } = loadBatchCalls();
  return io === 'batch' && calls !== null
    ? BatchSocket.connect(calls, ip, port)
    : UdpSocket.connect(ip, port);
}

/** A socket that takes what comes from everywhere. Rejects with the errno.
 *  @param request its host is a literal where `io` is batch: reserveUdp has told which */
export function bindUdp(io: UdpIo, request: ListenRequest, mode: ListenMode): Promise<DatagramSocket> {
  const { calls } = loadBatchCalls();
  return io === 'batch' && calls !== null
    ? BatchSocket.bind(calls, request, mode !== 'exclusive')
    : UdpSocket.bind(request, mode);
}
