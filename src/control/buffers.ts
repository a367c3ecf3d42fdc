import type { SocketPlan } from '../options/types.js';
import type { SocketBuffers } from './events.js';

/** The kernel counts its own bookkeeping as well, and gives twice what it is asked for (socket(7), SO_RCVBUF). */
const GIVEN_FOR_ASKED = 2;

/** What to tell of buffers that became smaller than was asked for. */
export function cutBuffers(asked: SocketPlan, given: SocketBuffers): string[] {
  return [
    ...cutBuffer('sndbuf', asked.sendBufferBytes, given.sendBufferBytes, 'net.core.wmem_max'),
    ...cutBuffer('rcvbuf', asked.receiveBufferBytes, given.receiveBufferBytes, 'net.core.rmem_max'),
  ];
}

function cutBuffer(
  option: string,
  askedBytes: number | null,
  givenBytes: number | null,
  limit: string,
): string[] {
  if (askedBytes === null || givenBytes === null || givenBytes >= GIVEN_FOR_ASKED * askedBytes) return [];
  const usableBytes = Math.floor(givenBytes / GIVEN_FOR_ASKED);
  return [
    `${option}: the system gives ${usableBytes} of the ${askedBytes} bytes asked for; its limit is ${limit}`,
  ];
}
