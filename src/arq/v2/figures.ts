/** What a side has sent, over the whole connection. */
export class SendFigures {
  /** Every copy of everything that has an index or a sequence number. */
  packets = 0;
  /** Every datagram, Sacks included. */
  datagrams = 0;
  bytes = 0;
  /** First copies of bulk packets, and their data. */
  bulkPackets = 0;
  bulkBytes = 0;
  resent = 0;
  /** Found to be lost; those that turned out not to be are spurious as well. */
  lost = 0;
  spurious = 0;
  probes = 0;
  sacks = 0;
}

/** What a side has received, over the whole connection. */
export class ReceiveFigures {
  datagrams = 0;
  bytes = 0;
  /** Every copy of everything that has an index or a sequence number. */
  packets = 0;
  /** Unique ones, and their data. */
  bulkPackets = 0;
  bulkBytes = 0;
  /** Dropped by the path, every copy counted, as far as later copies or packets tell. */
  lost = 0;
  /** Of which a later copy came; all of them, once reliable data is complete. */
  recovered = 0;
  /** Of both, those of control messages: no data of a phase. */
  controlLost = 0;
  /** First copies that came after a later packet. */
  reordered = 0;
  duplicates = 0;
  /** Further copies that came. */
  resent = 0;
  /** Unreliable packets of an earlier phase. */
  late = 0;
  sacks = 0;
  /** Dropped: no packet of v2, or one that no honest peer sends now. */
  malformed = 0;
  /** Dropped: of another connection. */
  foreign = 0;
  /** Dropped for want of room: beyond the window, or control messages that nobody fetches. */
  refused = 0;
}
