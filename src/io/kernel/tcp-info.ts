import { getBytes, TCP_INFO } from './sockopt.js';

/** What the kernel knows of a TCP connection: struct tcp_info of linux/tcp.h. What an older kernel leaves out is 0. */
export interface TcpInfo {
  /** Smoothed round trip and its mean deviation, RFC 6298 §2. */
  readonly rttUs: number;
  readonly rttVarUs: number;
  /** The least round trip of the last minutes (net.ipv4.tcp_min_rtt_wlen). */
  readonly minRttUs: number;
  /** Segments sent again, since the connection began. */
  readonly retransmits: number;
  readonly cwndBytes: number;
  readonly pathMtuBytes: number;
  readonly pacingRateBps: number;
  /** The newest rate at which data was acknowledged. */
  readonly deliveryRateBps: number;
  /** How long it had data on its way or to send; of this, how long only the peer's window held it back, and how
   *  long only our own send buffer. All since the connection began. */
  readonly busyUs: number;
  readonly windowLimitedUs: number;
  readonly bufferLimitedUs: number;
  /** What is on its way, and what the peer has room for in all; null: not told. */
  readonly inFlightBytes: number;
  readonly peerWindowBytes: number | null;
}

/** More than any kernel's so far: it fills what it knows and tells how much that is. */
const ROOM_BYTES = 256;
const bytes = new Uint8Array(ROOM_BYTES);
const view = new DataView(bytes.buffer);

/** Of ~0: no rate is known, or none is set. */
const NO_RATE = 2 ** 64;
/** Up to and with tcpi_total_retrans, which every kernel since 2.6.10 has. */
const LEAST_BYTES = 104;
/** Behind tcpi_snd_wnd, which Linux has since 5.6. */
const PEER_WINDOW_END = 232;

/** null: the kernel doesn't tell (any more). Costs a system call. */
export function readTcpInfo(fd: number): TcpInfo | null {
  const filledBytes = getBytes(fd, TCP_INFO, bytes);
  if (filledBytes < LEAST_BYTES) return null;
  bytes.fill(0, filledBytes);
  return {
    pathMtuBytes: u32(60),
    rttUs: u32(68),
    rttVarUs: u32(72),
    cwndBytes: u32(80) * u32(16),
    retransmits: u32(100),
    pacingRateBps: rateBps(104),
    minRttUs: u32(148),
    deliveryRateBps: rateBps(160),
    busyUs: u64(168),
    windowLimitedUs: u64(176),
    bufferLimitedUs: u64(184),
    inFlightBytes: u32(24) * u32(16),
    peerWindowBytes: filledBytes < PEER_WINDOW_END ? null : u32(PEER_WINDOW_END - 4),
  };
}

function u32(at: number): number {
  return view.getUint32(at, true);
}

function u64(at: number): number {
  return u32(at) + u32(at + 4) * 2 ** 32;
}

/** From bytes a second. */
function rateBps(at: number): number {
  const bytesPerS = u64(at);
  return bytesPerS === NO_RATE ? 0 : bytesPerS * 8;
}
