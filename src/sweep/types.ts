/** The words in which the plan, the links and the reporters of a sweep speak to each other. Types only. */
import type { ConnectTarget, UdpIoChoice } from '../options/types.js';

/** What carries a sweep. `--versus` measures all three in turn, each over a connection of its own. */
export type Way = 'udp' | 'udp-unreliable' | 'tcp';

/** Seen from us: up is towards the peer. */
export type SweepDirection = 'up' | 'down';

export type SizeChoice =
  | { readonly kind: 'list'; readonly sizesBytes: readonly number[] }
  /** The path MTU first, then sizes around it and the classic ones. */
  | { readonly kind: 'auto' };

export interface SweepOptions {
  readonly name: string;
  /** Host, port, socket options, rate and congestion control; its own size, bound and direction are not used. */
  readonly target: ConnectTarget;
  readonly ways: readonly Way[];
  readonly sizes: SizeChoice;
  readonly directions: readonly SweepDirection[];
  readonly rounds: number;
  readonly phaseUs: number;
  /** Of the order in which a round measures. */
  readonly seed: number;
  /** A connection without progress for this long is ended. */
  readonly timeoutMs: number;
  readonly udpIo: UdpIoChoice;
  readonly maxPacketSizeBytes: number;
}

/** One measurement that the plan asks for: one phase of bulk packets of one size. */
export interface Order {
  /** From 0. */
  readonly round: number;
  readonly way: Way;
  /** Data bytes of a packet. */
  readonly sizeBytes: number;
  readonly direction: SweepDirection;
}

/** Half round trips of the Pings of a time, ns; percentiles as HDR histograms give them. */
export interface SweepLatency {
  readonly count: number;
  readonly p50Ns: number;
  readonly p99Ns: number;
}

/** What an order has shown. */
export interface Measured {
  readonly kind: 'measured';
  /** Unique packets that arrived, and their data bytes. */
  readonly packets: number;
  readonly bytes: number;
  readonly elapsedUs: number;
  readonly goodputBps: number;
  /** null where the peer tells nothing of it: v1, and in all of these over TCP. */
  readonly lost: number | null;
  readonly recovered: number | null;
  readonly residual: number | null;
  readonly resent: number | null;
  /** Of the Pings on the idle connection just before the phase; null: none came back. */
  readonly idle: SweepLatency | null;
  /** Of the Pings while the phase's data moved (v2). */
  readonly loaded: SweepLatency | null;
  /** The share of our shard's time that the phase kept it busy, 0 to 1. */
  readonly cpuShare: number;
}

/** An order that gave no figure: nothing of the size arrives, or the peer serves none of it. */
export interface Unmeasured {
  readonly kind: 'unmeasured';
  /** `TIMEOUT`, `EMSGSIZE`, `REFUSED`, `PEER_CLOSED` …: as the codes of causes. */
  readonly code: string;
  readonly text: string;
}

export interface Sample extends Order {
  readonly tMs: number;
  readonly outcome: Measured | Unmeasured;
}

/** What became of one datagram of a size, sent with DF set. */
export type MtuProbeOutcome =
  | { readonly kind: 'arrived' }
  /** No answer after all the tries: too large without a word, or lost. */
  | { readonly kind: 'lost' }
  /** Our own system refused it (EMSGSIZE), from the device or from an ICMP that came earlier; `mtuBytes`: the IP
   *  packet that it holds to fit. */
  | { readonly kind: 'refused'; readonly mtuBytes: number | null }
  /** It can't be told in this direction, whatever the size: no such socket options here, or the sender is a peer that
   *  does not set DF. `text` says why, as part of a sentence. */
  | { readonly kind: 'impossible'; readonly text: string };

/** A connection of a sweep, opened and greeted. Its promises never reject: what fails is an outcome. */
export interface SweepLink {
  readonly way: Way;
  /** Of the protocol: an original speaks 1. */
  readonly version: 1 | 2;
  readonly peerName: string;
  /** 4 or 6: the IP header is 20 or 40 bytes. */
  readonly family: 4 | 6;
  /** One phase, at a time. A connection that was lost is made again first. */
  measure(order: Order, phaseUs: number): Promise<Measured | Unmeasured>;
  /** UDP only: whether one datagram of this many bytes of UDP payload gets through, DF set and the system's own idea of
   *  the path MTU left aside. */
  probe(direction: SweepDirection, datagramBytes: number): Promise<MtuProbeOutcome>;
  /** What our system holds the path MTU to be, an IP packet's bytes; null: it doesn't tell. */
  kernelMtuBytes(): Promise<number | null>;
  /** UDP payload bytes of a datagram that carries this much data in a phase. */
  datagramBytes(dataBytes: number): number;
}

export interface SweepLinks {
  /** One a way, in the order of the options. */
  readonly links: readonly SweepLink[];
  close(): Promise<void>;
}
