import { createServer } from 'node:net';
import { type ListenRequest, localOf, nodeOptions } from './listen.js';
import type { Endpoint } from './tcp.js';
import { UdpSocket } from './udp.js';

/**
 * Finds out, before several shards share a port with SO_REUSEPORT, that nobody else holds it (the
 * kernel would let two processes of one user share it in silence), and which port 0 becomes.
 * Between this and the shards' own bind another process could take it: they then fail to bind, or
 * share; the window is milliseconds.
 * @returns where it could listen; rejects with the errno that a listen would meet
 */
export function reserveTcp(request: ListenRequest): Promise<Endpoint> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(nodeOptions(request, 'exclusive'), () => {
      const local = localOf(server);
      server.close(() => resolve(local));
    });
  });
}

/** As reserveTcp, for UDP. */
export async function reserveUdp(request: ListenRequest): Promise<Endpoint> {
  const socket = await UdpSocket.bind(request, 'exclusive');
  const { local } = socket;
  await socket.close();
  return local;
}
