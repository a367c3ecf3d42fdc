import { loadBatchCalls } from './batch/calls.js';
import { BatchSocket } from './batch/socket.js';
import type { ListenMode, ListenRequest } from './listen.js';
import { type DatagramSocket, UdpSocket } from './udp.js';

/** What carries datagrams: `batch`, many a system call, where the system lets us; or node's own `dgram`. */
export type UdpIo = 'batch' | 'dgram';

export interface UdpSettings {
  readonly udpIo: UdpIo;
  /** For the user: something goes another way than expected. */
  notice(text: string): void;
}

/** A socket that speaks with one address only. Rejects with the errno. */
export function connectUdp(
  { udpIo, notice }: UdpSettings,
  ip: string,
  port: number,
): Promise<DatagramSocket> {
  const { calls } = loadBatchCalls();
  return udpIo === 'batch' && calls !== null
    ? BatchSocket.connect({ calls, notice }, ip, port)
    : UdpSocket.connect(ip, port);
}

/** A socket that takes what comes from everywhere. Rejects with the errno.
 *  @param request its host is a literal where `udpIo` is batch: reserveUdp has told which */
export function bindUdp(
  { udpIo, notice }: UdpSettings,
  request: ListenRequest,
  mode: ListenMode,
): Promise<DatagramSocket> {
  const { calls } = loadBatchCalls();
  return udpIo === 'batch' && calls !== null
    ? BatchSocket.bind({ calls, notice }, request, mode !== 'exclusive')
    : UdpSocket.bind(request, mode);
}
