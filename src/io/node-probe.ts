import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { isIPv6, Socket } from 'node:net';
import type { ProbeHandler, ProbeSocket, ProbeSockets } from './probe-socket.js';

/** Probes over node:net and node:dgram, where the system's own calls can't be had. Which ICMP error came it can't
 *  tell, only its errno; and on Linux a connected UDP socket hears of refusals only. */
export class NodeProbeSockets implements ProbeSockets {
  #wake: () => void = () => {};

  open(protocol: 'tcp' | 'udp', address: string, port: number, handler: ProbeHandler): ProbeSocket | string {
    const told: ProbeHandler = {
      handleConnected: () => this.#tell(() => handler.handleConnected()),
      handleData: (bytes) => this.#tell(() => handler.handleData(bytes)),
      handleEnd: () => this.#tell(() => handler.handleEnd()),
      handleError: (errno, icmp) => this.#tell(() => handler.handleError(errno, icmp)),
    };
    return protocol === 'tcp' ? openTcp(address, port, told) : openUdp(address, port, told);
  }

  turn(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #tell(event: () => void): void {
    event();
    this.#wake();
  }
}

function openTcp(address: string, port: number, handler: ProbeHandler): ProbeSocket {
  const socket = new Socket();
  let isClosed = false;
  socket.on('connect', () => {
    const isItself = socket.localAddress === socket.remoteAddress && socket.localPort === socket.remotePort;
    if (isClosed) return;
    if (isItself)
      handler.handleError('ECONNREFUSED', null); // see dial.ts
    else handler.handleConnected();
  });
  socket.on('data', (bytes) => isClosed || handler.handleData(bytes));
  socket.on('end', () => isClosed || handler.handleEnd());
  socket.on('error', (error: NodeJS.ErrnoException) => {
    if (!isClosed) handler.handleError(error.code ?? 'ERROR', null);
  });
  socket.connect({ host: address, port, family: isIPv6(address) ? 6 : 4 });
  return {
    write: (bytes) => socket.write(bytes),
    close: () => {
      isClosed = true;
      // What was written last still goes out before the FIN.
      if (socket.connecting) socket.destroy();
      else socket.destroySoon();
    },
  };
}

function openUdp(address: string, port: number, handler: ProbeHandler): ProbeSocket {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  let isClosed = false;
  const fail = (error: NodeJS.ErrnoException): void => {
    if (!isClosed) handler.handleError(error.code ?? 'ERROR', null);
  };
  socket.on('error', fail);
  socket.on('message', (bytes) => isClosed || handler.handleData(bytes));
  socket.connect(port, address, (error?: Error) => {
    if (error !== undefined && error !== null) fail(error);
    else if (!isClosed) handler.handleConnected();
  });
  return {
    write: (bytes) => sendTo(socket, bytes, fail),
    close: () => {
      isClosed = true;
      socket.close();
    },
  };
}

function sendTo(socket: UdpSocket, bytes: Uint8Array, fail: (error: NodeJS.ErrnoException) => void): void {
  socket.send(bytes, (error) => {
    if (error) fail(error);
  });
}
