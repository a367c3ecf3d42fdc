import { loadBatchCalls } from './batch/calls.js';
import { BatchSocket } from './batch/socket.js';
import type { ListenMode, ListenRequest } from './listen.js';
import { type DatagramSocket, type LocalEnd, UdpSocket } from './udp.js';

/** What carries datagrams: `batch`, many a system call, where the system lets us; or node's own `dgram`. */
export type UdpIo = 'batch' | 'dgram';

export interface UdpSettings {
  readonly udpIo: UdpIo;
  /** For the user: something goes another way than expected. */
  notice(text: string): void;
  /** Time in which the loop was awake and had nothing to do. */
  noteIdle(us: number): void;
}

/** A socket that speaks with one address only. Rejects with the errno. */
export async function connectUdp(
  settings: UdpSettings,
  ip: string,
  port: number,
  local: LocalEnd,
): Promise<DatagramSocket> {
  return carried(await UdpSocket.connect(ip, port, local), settings);
}

/** A socket that takes what comes from everywhere. Rejects with the errno.
 *  @param request its host is a literal where `mode` is native: reserveUdp has told which */
export async function bindUdp(
  settings: UdpSettings,
  request: ListenRequest,
  mode: ListenMode,
): Promise<DatagramSocket> {
  return carried(await UdpSocket.bind(request, mode), settings);
}

function carried(socket: UdpSocket, { udpIo, notice, noteIdle }: UdpSettings): DatagramSocket {
  const { calls } = udpIo === 'batch' ? loadBatchCalls() : { calls: null };
  const batches = calls === null ? null : BatchSocket.over(socket, { calls, notice, noteIdle });
  return batches ?? socket;
}
