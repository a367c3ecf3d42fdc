/** A canonical header has 84 to 101 bytes with a UUID. The rest of 4 KiB is for white space of others, for
 *  the metas of later versions, and bounds what is held of a header that is split over reads. */
export const MAX_HEADER_BYTES = 4096;

/** Data of one control message. The longest is a Hello: its name is free text of a foreign command line.
 *  A control message is buffered whole, so this is also what a peer can make a connection hold. */
export const MAX_MESSAGE_BYTES = 65_536;

/** UTF-16 units of a connection id: a UUID has 36, other programs choose their own. An id of this length,
 *  each unit escaped to 6 bytes, still leaves a header of ours below MAX_HEADER_BYTES. */
export const MAX_ID_LENGTH = 256;

/** Digits of the largest safe integer: a length that has more can't be counted exactly. */
export const MAX_LENGTH_DIGITS = 16;

/** Both length lines and the header: all that a framer must hold before it knows what a packet is. */
export const MAX_HEAD_BYTES = 2 * (MAX_LENGTH_DIGITS + 1) + MAX_HEADER_BYTES;

/** Items (messages, bulk runs) that wait in a writer. A session queues a handful for each message that it
 *  reads; whoever stops reading at `StreamWriter.isCrowded` never gets here. */
export const MAX_QUEUED_ITEMS = 256;

/** Bytes of foreign input that an error text quotes: a line of a terminal. */
export const MAX_QUOTED_BYTES = 80;
