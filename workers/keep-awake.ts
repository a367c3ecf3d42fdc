import type { Poller } from '../src/io/poller.js';
import type { TcpLink } from '../src/io/tcp.js';

/** TCP's own way to spin: while the link is open the loop turns without sleeping, and libuv reads. */
export function keepAwake(link: TcpLink, poller: Poller): void {
  link.socket.once('close', poller.keepAwake());
}
