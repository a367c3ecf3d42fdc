/** What the original's own flow control consists of (docs/protocol.md, "UDP flow control"). */

/** Normal packets that a sender may be ahead of the last Ack. */
export const CREDIT = 30;
/** A receiver acknowledges every so-manieth Normal datagram, copies counted. */
export const ACK_EVERY = 20;
/** Packets that a receiver keeps in order: the 35th behind a hole pushes it out. */
export const RING = 35;
/** The original reads a datagram into this much; a larger one never arrives whole. */
export const MAX_V1_DATAGRAM_BYTES = 4096;
/** Data that still fits into it behind a head of ours with a marked UUID, whose index has up to 11 digits. */
export const MAX_WHOLE_DATA_BYTES = MAX_V1_DATAGRAM_BYTES - 104;

/** Data of one bulk packet that fits into a UDP datagram (65,507 bytes) behind the longest head of ours. */
export const MAX_V1_DATA_BYTES = 65_507 - 2048;

/** Before the first round trip is known: well below the original's timeout of 5 s, above most paths. */
export const FIRST_PROBE_US = 300_000;
/** An original answers from one thread that may be busy: asking sooner than this is noise. */
export const MIN_PROBE_US = 30_000;
/** Even the slowest probing gets several tries into the original's timeout. */
export const MAX_PROBE_US = 1_000_000;

/** What a byte may take where nothing is known of the path's rate: 1 Mbit/s. A window of data that waits in a
 *  queue must not be taken for a lost one. */
export const SLOWEST_BYTE_US = 8;

/** A client of the original pauses for 0.5 s between two Pings. Silence of twice that is none of its pauses:
 *  our last Ack may have been lost. */
export const QUIET_ACK_US = 1_000_000;
/** Silence of three times its pause: what it said last was lost. */
export const QUIET_GUESS_US = 1_500_000;
