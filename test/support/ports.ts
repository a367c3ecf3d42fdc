/** Ports for listeners that are started more than once. */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/** Below the ports that systems hand out for outgoing connections (32768 on Linux, RFC 6335 §6: 49152): a client
 *  that knocks at a closed port among those can be connected to itself. */
const FIRST_PORT = 12_000;
const PORTS = 20_000;
const MAX_TRIES = 50;

/** A port of 127.0.0.1 that nobody listens on right now. */
export async function freePort(protocol: 'tcp' | 'udp' = 'tcp'): Promise<number> {
  const isFree = protocol === 'tcp' ? isFreeTcp : isFreeUdp;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port in ${MAX_TRIES} tries from ${FIRST_PORT} on`);
}

function isFreeTcp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function isFreeUdp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => resolve(false));
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => socket.close(() => resolve(true)));
  });
}
