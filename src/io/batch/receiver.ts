import type { UdpHandler } from '../udp.js';
import type { BatchCalls } from './calls.js';
import { MessageSet } from './message-set.js';
import type { PeerNames } from './peer-names.js';

const MSG_DONTWAIT = 0x40;

/** Messages of one call. With the buffers they fit into a core's own cache. */
const MESSAGES = 8;
/** The longest datagram, or as many as GRO joins. */
const MESSAGE_BYTES = 65_536;

type HandleDatagram = UdpHandler['handleDatagram'];

/** Takes what waits at a socket, many datagrams a call, into buffers that a thread's sockets share. */
export class BatchReceiver {
  /** Why the last `receive` got nothing: an errno. */
  code = '';
  readonly #calls: BatchCalls;
  readonly #messages: MessageSet;
  readonly #memory = new Uint8Array(MESSAGES * MESSAGE_BYTES);

  constructor(calls: BatchCalls) {
    this.#calls = calls;
    this.#messages = new MessageSet(MESSAGES, calls.addressOf);
    const address = calls.addressOf(this.#memory);
    for (let i = 0; i < MESSAGES; i++) {
      this.#messages.setData(i, address + i * MESSAGE_BYTES, MESSAGE_BYTES);
      this.#messages.prepareReceive(i);
    }
  }

  /** Hands over what one call gets. Returns how many messages that were; MESSAGES: there may be more. */
  receive(fd: number, peers: PeerNames, handle: HandleDatagram): number {
    const messages = this.#messages;
    const count = this.#calls.recvmmsg(fd, messages.bytes, MESSAGES, MSG_DONTWAIT, null);
    if (count < 0) this.code = this.#calls.libc.errnoName();
    for (let i = 0; i < count; i++) {
      const remote = peers.of(messages.bytes, messages.nameOff(i));
      const sizeBytes = messages.sizeBytes(i);
      messages.prepareReceive(i);
      const off = i * MESSAGE_BYTES;
      handle(this.#memory, off, off + sizeBytes, remote);
    }
    return count;
  }

  /** Whether a call that got so many left nothing behind. */
  isLast(count: number): boolean {
    return count < MESSAGES;
  }
}
