/** Sockets for one try at one port each, thousands of them: what both ways of making them offer. */
import type { IcmpError } from './failure.js';

/** Nothing is called before `open` has returned, nor after `close`. */
export interface ProbeHandler {
  /** The socket takes data. */
  handleConnected(): void;
  /** `bytes` is valid only during the call. Of UDP: one datagram. */
  handleData(bytes: Uint8Array): void;
  /** The peer closed its side of the stream. */
  handleEnd(): void;
  handleError(errno: string, icmp: IcmpError | null): void;
}

export interface ProbeSocket {
  /** A few hundred bytes, which any socket takes at once. */
  write(bytes: Uint8Array): void;
  close(): void;
}

export interface ProbeSockets {
  /** @param address a literal
   *  @returns a socket on its way, or the errno that the system refused it with */
  open(protocol: 'tcp' | 'udp', address: string, port: number, handler: ProbeHandler): ProbeSocket | string;
  /** Waits until something has happened and has told it, at most `waitMs`; then lets the thread's loop turn once. */
  turn(waitMs: number): Promise<void>;
}
