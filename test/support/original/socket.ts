/** The simulated originals on real UDP sockets of 127.0.0.1. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Lifetime } from '../children.js';
import { OriginalClient, type OriginalClientPlan } from './client.js';
import { OriginalListener } from './listener.js';

/** Often enough for its timeouts and pauses, which are its only timers. */
const TICK_MS = 5;

/** What came from the other side, and what an original made of it. */
export interface OnSocket<Original> {
  readonly original: Original;
  readonly port: number;
  readonly received: readonly Buffer[];
}

/** An original listener, on a port of its own; gone with the test. */
export async function originalListener(t: Lifetime, name: string): Promise<OnSocket<OriginalListener>> {
  const original = new OriginalListener(name);
  const { socket, received } = await bound(t, (bytes, port) => {
    original.handleDatagram(nowUs(), bytes, String(port));
  });
  drive(t, socket, () => {
    original.handleTimeout(nowUs());
    for (let out = original.pollTransmit(); out !== undefined; out = original.pollTransmit()) {
      socket.send(out.datagram, Number(out.to), '127.0.0.1');
    }
  });
  return { original, port: socket.address().port, received };
}

/** An original client of a port of 127.0.0.1; gone with the test. */
export async function originalClient(
  t: Lifetime,
  port: number,
  plan: OriginalClientPlan,
): Promise<OnSocket<OriginalClient>> {
  const original = new OriginalClient(nowUs(), plan);
  const { socket, received } = await bound(t, (bytes) => original.handleDatagram(nowUs(), bytes));
  drive(t, socket, () => {
    original.handleTimeout(nowUs());
    for (let out = original.pollTransmit(); out !== undefined; out = original.pollTransmit()) {
      socket.send(out, port, '127.0.0.1');
    }
  });
  return { original, port, received };
}

async function bound(
  t: Lifetime,
  handle: (bytes: Buffer, port: number) => void,
): Promise<{ socket: Socket; received: Buffer[] }> {
  const socket = createSocket('udp4');
  const received: Buffer[] = [];
  t.after(() => socket.close());
  socket.on('error', () => {});
  socket.on('message', (bytes, { port }) => {
    received.push(bytes);
    handle(bytes, port);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { socket, received };
}

/** After each datagram, and when time may have brought something. */
function drive(t: Lifetime, socket: Socket, pump: () => void): void {
  socket.on('message', pump);
  const tick = setInterval(pump, TICK_MS);
  t.after(() => clearInterval(tick));
}

function nowUs(): number {
  return Math.round(performance.now() * 1000);
}
