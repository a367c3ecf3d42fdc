import { loadBatchCalls } from './batch/calls.js';
import { BatchSocket } from './batch/socket.js';
import type { ListenMode, ListenRequest } from './listen.js';
import type { LatencyMode, Poller } from './poller.js';
import { type DatagramSocket, type LocalEnd, UdpSocket } from './udp.js';

/** What carries datagrams: `batch`, many a system call, where the system lets us; or node's own `dgram`. */
export type UdpIo = 'batch' | 'dgram';

export interface UdpSettings {
  readonly udpIo: UdpIo;
  /** Of the thread. */
  readonly poller: Poller;
  /** For the user: something goes another way than expected.
   *  @param once what it is of, if it is to be said once of that, whichever socket finds it out */
  notice(text: string, once?: string): void;
  /** Time in which the loop was awake and had nothing to do. */
  noteIdle(us: number): void;
}

/** A socket that speaks with one address only. Rejects with the errno.
 *  @param latency for anything but `event` the settings must say `batch` */
export async function connectUdp(
  settings: UdpSettings,
  latency: LatencyMode,
  ip: string,
  port: number,
  local: LocalEnd,
): Promise<DatagramSocket> {
  return carried(await UdpSocket.connect(ip, port, local), latency, settings);
}

/** A socket that takes what comes from everywhere. Rejects with the errno.
 *  @param request its host is a literal where `mode` is native: reserveUdp has told which */
export async function bindUdp(
  settings: UdpSettings,
  latency: LatencyMode,
  request: ListenRequest,
  mode: ListenMode,
): Promise<DatagramSocket> {
  return carried(await UdpSocket.bind(request, mode), latency, settings);
}

function carried(socket: UdpSocket, latency: LatencyMode, settings: UdpSettings): DatagramSocket {
  const { calls } = settings.udpIo === 'batch' ? loadBatchCalls() : { calls: null };
  const batches = calls === null ? null : BatchSocket.over(socket, { ...settings, calls, latency });
  return batches ?? socket;
}
