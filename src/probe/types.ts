/** What a probe finds out: the words in which the rooms speak of it. Types only. */
import type { PortRange } from '../options/addresses/ports.js';
import type { Protocol } from '../options/types.js';

/** The first four as nmap defines them (nmap.org/book/man-port-scanning-basics.html); `unknown`: this machine could not ask. */
export type PortState = 'open' | 'closed' | 'filtered' | 'open|filtered' | 'unknown';

/** What a state was told by. */
export type Cause =
  /** Open: a conntest answered. */
  | 'conntest'
  /** Open: something else accepts, or answers. */
  | 'not-conntest'
  /** Open: it accepted, and then reset the connection. */
  | 'reset'
  /** Open: it accepted, and was not asked for more. */
  | 'accepted'
  /** Closed: a TCP reset, or over UDP ICMP's port unreachable. */
  | 'refused'
  /** Filtered: an ICMP error. */
  | 'port-unreachable'
  | 'host-unreachable'
  | 'net-unreachable'
  | 'protocol-unreachable'
  | 'prohibited'
  /** Filtered, or open|filtered: nothing came. */
  | 'timed-out'
  /** Filtered: this machine's own firewall lets nothing out. */
  | 'not-permitted'
  /** Unknown: this machine lacks descriptors, ports or memory; `errno` says which. */
  | 'local'
  /** Unknown: the name has no address. */
  | 'unresolved';

/** An ICMP error (RFC 792) or ICMPv6 error (RFC 4443) that answered. */
export interface Icmp {
  readonly type: number;
  readonly code: number;
  /** The address of the router, firewall or host that sent it. */
  readonly from: string;
}

export interface Peer {
  readonly name: string;
  /** Of the protocol. */
  readonly version: 1 | 2;
  /** Half of the time from our Hello to its answer, as all latencies here. */
  readonly latencyUs: number;
}

export interface Verdict {
  readonly state: PortState;
  readonly cause: Cause;
  /** As in ECONNREFUSED; null: no system call failed. */
  readonly errno: string | null;
  readonly icmp: Icmp | null;
  /** Of a conntest. */
  readonly peer: Peer | null;
  /** How something else began to speak, as it came; null: it said nothing. */
  readonly said: string | null;
}

export interface ProbeResult {
  /** Of the plan (plan.ts). */
  readonly index: number;
  readonly verdict: Verdict;
  /** From the start of the last try to the verdict. */
  readonly elapsedUs: number;
  readonly tries: number;
}

/** Addresses and ports that are all probed with each other. */
export interface ProbeGroup {
  readonly protocol: Protocol;
  /** As the user wrote it: an address, a name, or a block of addresses. */
  readonly host: string;
  /** Literals; empty where a name has none. */
  readonly addresses: readonly string[];
  readonly ports: readonly PortRange[];
}

export interface ProbeSettings {
  readonly timeoutMs: number;
  readonly tries: Readonly<Record<Protocol, number>>;
  /** What we call ourselves in a Hello. */
  readonly name: string;
  /** Whether a TCP port that accepts is asked what it is. UDP ports always are: there is no other way to tell. */
  readonly asksTcp: boolean;
}
