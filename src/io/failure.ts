/** Why a socket failed: the errno, and what that tells an operator. */
export interface IoFailure {
  /** errno name, or TIMEOUT / PEER_CLOSED. */
  readonly code: string;
  readonly text: string;
  /** The ICMP error behind it, where the system tells. */
  readonly icmp?: IcmpError;
}

/** An ICMP error as the system's error queue tells it (Linux). */
export interface IcmpError {
  readonly type: number;
  readonly code: number;
  /** The address of the router, firewall or host that sent it. */
  readonly from: string;
}

const MEANING: Readonly<Record<string, string>> = {
  ECONNREFUSED:
    'connection refused: the host answers, but nothing listens on that port (or a firewall rejects it)',
  ECONNRESET: 'connection reset by the peer: its process died, or a firewall cut the connection',
  EPIPE: 'the peer has closed the connection',
  ETIMEDOUT: 'no answer at all: the host is down, or packets are dropped on the way',
  EHOSTUNREACH:
    'host unreachable: the network is there, the host does not answer on it (or a firewall prohibits it)',
  ENETUNREACH: 'network unreachable: no route to that address from here (or a firewall prohibits it)',
  ENOPROTOOPT: 'protocol unreachable: the host, or a firewall, does not take this protocol',
  ENONET: 'host unreachable: it is cut off from its network',
  ENETDOWN: 'the network is down: the interface is not up',
  EHOSTDOWN: 'the host is down',
  EADDRINUSE: 'the port is taken: another process listens on it already',
  EADDRNOTAVAIL: 'the address is not one of this machine',
  EACCES: 'permission denied: ports below 1024 need root or CAP_NET_BIND_SERVICE, or a firewall forbids it',
  EPERM: 'not permitted: a local firewall rule forbids it',
  EMFILE: 'too many open files: raise the limit (ulimit -n) or open fewer connections',
  ENFILE: 'too many open files in the whole system (fs.file-max)',
  ENOBUFS: 'the system has no buffer space left',
  ENOTFOUND: 'the name does not resolve: no such host',
  EAI_AGAIN: 'the name does not resolve right now: no answer from the name server',
  EAI_NODATA: 'the name has no address of the wanted family',
  EINVAL: 'the system does not accept that address',
  EAFNOSUPPORT: 'this machine does not speak that address family',
};

/** @param error as node:net, node:dns or the system gave it */
export function ioFailure(error: NodeJS.ErrnoException): IoFailure {
  const code = error.code ?? 'ERROR';
  return { code, text: MEANING[code] ?? error.message };
}

/** Of a failure, with the ICMP error behind it, if there is one. */
export function withIcmp(failure: IoFailure, icmp: IcmpError | null): IoFailure {
  return icmp === null ? failure : { ...failure, icmp };
}

export function errnoText(code: string): string {
  return MEANING[code] ?? code;
}
