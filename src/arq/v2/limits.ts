/** Packets between the oldest that has not come and the newest sent, on both sides. With 1400 bytes 23 MB:
 *  1 Gbit/s over 180 ms. A sender's rings then take 0.6 MB, a receiver's 16 KB, and its ranges 128 KB where every
 *  other packet is missing; all start small and grow with what is in flight, so an idle connection has 5 KB. At most 2^14: places
 *  in the logs are kept as the low 16 bits of an index. */
export const MAX_WINDOW = 16_384;
export const INITIAL_WINDOW_ROOM = 128;
/** What a receiver gives however small the system's buffer is: RFC 9002's initial window, and as much again. */
export const MIN_WINDOW = 20;
/** What Linux keeps with a datagram in one allocation (headers, room in front, skb_shared_info) and beside it. */
export const BUFFER_HEAD_BYTES = 400;
export const BUFFER_SIDE_BYTES = 256;
/** An allocation above this is made of pages, and no longer of a power of 2. */
export const MAX_ALLOCATION_BYTES = 16_384;
/** Linux gives room back only when a quarter of the buffer has been read, as long as something is left in it
 *  (forward_deficit of its UDP sockets): three quarters are what a sender can count on, less a little for what is sent again. */
export const BUFFER_PART = 0.7;
/** What bulk packets are taken to carry before the first has come. */
export const USUAL_BULK_BYTES = 1400;

/** What a sender takes the peer's window to be before its first Sack. */
export const ASSUMED_PEER_WINDOW = 64;

/** RFC 9002 §7.2. */
export const INITIAL_CWND_PACKETS = 10;
export const MIN_CWND_PACKETS = 2;

/** cc=none: 2.9 MB of 1400-byte packets, an eighth of MAX_WINDOW, so that a packet may be lost seven times
 *  before the rest has to wait for it. */
export const NONE_CWND_PACKETS = 2048;

/** RFC 9002 §6.1.1. */
export const PACKET_THRESHOLD = 3;
/** A path that reorders is met with a larger threshold, doubled at each re-send that was for nothing; above
 *  this the time threshold is sooner anyway. */
export const MAX_PACKET_THRESHOLD = 64;
/** RFC 9002 §6.1.2: times below it can't be told by a timer. */
export const GRANULARITY_US = 1000;
/** RFC 9002 §6.2.4: one probe may be lost as well. */
export const PROBES = 2;
/** A path that comes back after a blackhole is found within this, and a timeout of some seconds sees several
 *  probes. */
export const MAX_PTO_US = 1_000_000;
/** Before the first sample. Less than RFC 9002's 333 ms: a second Hello too many costs 100 bytes, a lost one
 *  a second of a user's time. */
export const INITIAL_RTT_US = 100_000;
/** RFC 9002 §7.6.1. */
export const PERSISTENT_CONGESTION_PTOS = 3;

/** One Sack a batch of this size at high rates. */
export const SACK_EVERY = 32;
/** At most one Sack in this time while nothing is missing and rates are low. */
export const SACK_INTERVAL_US = 1000;
/** The longest that a packet waits to be acknowledged. */
export const MAX_ACK_DELAY_US = 5000;
/** At a set rate a Sack goes for so many packets, or after so long: each costs both sides as much as a packet. Below
 *  RFC 9000 §18.2's usual 25 ms. */
export const RATED_SACK_EVERY = 16;
export const MAX_RATED_SACK_INTERVAL_US = 20_000;

/** Bursts of paced sends: timers fire 1 ms apart and late. */
export const BURST_US = 2000;
/** A process that sleeps no longer than this loses nothing of a set rate: a busy machine keeps a thread from
 *  its core for tens of milliseconds. */
export const CATCH_UP_US = 100_000;
/** What a set rate is owed goes at so many times it: a burst of all of it would not fit into queues on the way. */
export const CATCH_UP_RATE = 2;
/** And this much of the rate's time at once at most: timers fire some milliseconds late even on an idle machine. A shard
 *  that is late with many connections then sends fewer and larger runs, and so catches up. */
export const PACED_AT_ONCE_US = 20_000;

/** A set rate is kept in bursts of so many packets where they are due within this time: each burst costs a wake-up and a
 *  send. Below RFC 9002 §7.7's bound, the initial window. */
export const BURST_PACKETS = 4;
export const MAX_BURST_WAIT_US = 10_000;

/** What a packet costs on the link beside its data: its head of about 100 bytes, and IP and UDP. */
export const PACKET_OVERHEAD_BYTES = 128;
/** Data of one datagram: UDP over IPv4 carries 65,507 bytes, and a head has up to 2 KB (an id of 256 escaped
 *  characters). */
export const MAX_DATAGRAM_DATA_BYTES = 63_000;

/** Of UDP's payload over IPv6 (RFC 8200 §3, RFC 768); IPv4's is 20 bytes less. */
export const MAX_DATAGRAM_BYTES = 65_527;

/** Control messages that wait to be sent; a session queues a handful at a time. */
export const MAX_QUEUED_MESSAGES = 256;
/** Control messages that came and were not fetched, or lie behind a hole. What comes beyond is dropped, and
 *  its sender sends it again. */
export const MAX_HELD_MESSAGES = 64;
export const MAX_HELD_BYTES = 262_144;

/** A Bye is not acknowledged; three copies, this far apart, reach the peer in all but 1 of 8,000 cases at 5 %
 *  loss. */
export const BYE_COPIES = 3;
export const BYE_INTERVAL_US = 20_000;

/** From this many unanswered Hellos on, a v1 Ping goes with each: an original whose answer was lost will not
 *  repeat it, but answers that. */
export const HELLOS_BEFORE_V1_PING = 2;

/** Stateless resets a second of one listener: enough for its restart, too few for a flood. */
export const RESETS_PER_S = 100;
