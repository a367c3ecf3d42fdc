import { getInt, MTU } from './sockopt.js';

/** What the kernel knows of the path of a connected socket; null: it doesn't tell, or the socket has no one peer. */
export function pathMtuBytes(fd: number): number | null {
  return getInt(fd, MTU[4]) ?? getInt(fd, MTU[6]);
}
