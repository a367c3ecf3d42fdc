/** Of one direction of a peer, over an interval or a run; times are summed over its connections. */
export interface LimitEvidence {
  /** Whether this side sends the data. */
  readonly sends: boolean;
  /** That phases ran, and that this side's shards were busy meanwhile. */
  readonly runningUs: number;
  readonly shardBusyUs: number;
  /** null: not measured. */
  readonly rateBps: number | null;
  /** What was asked for; 0: no rate. */
  readonly setRateBps: number;
  /** How many share the rate. */
  readonly connections: number;
  /** Datagrams that came while this side's receive queue was full. */
  readonly queueDrops: number;
  /** Packets of UDP that arrived, and that did not. */
  readonly packets: number;
  readonly lost: number;
  /** Round trips while data was moving, and the least one; null: not known. */
  readonly rttUs: number | null;
  readonly minRttUs: number | null;
  /** How the sender spent its time; null where nobody tells. */
  readonly sending: SendingEvidence | null;
  /** Of the sender's kernel; null over UDP, and where it doesn't tell. */
  readonly tcp: TcpEvidence | null;
  /** What the receiver has told of itself; null: nothing. */
  readonly peer: PeerEvidence | null;
}

export interface SendingEvidence {
  /** Of which the others are shares. */
  readonly elapsedUs: number;
  /** That there was data to send or on its way. */
  readonly dataUs: number;
  /** Of this, that the peer's window, our own buffer or congestion control (over TCP 0: not known) held it back. */
  readonly windowUs: number;
  readonly bufferUs: number;
  readonly congestionUs: number;
}

export interface TcpEvidence {
  readonly retransmits: number;
  /** What a segment holds at most; null: not known. */
  readonly segmentBytes: number | null;
}

export interface PeerEvidence {
  /** Told of, and busy meanwhile. */
  readonly elapsedUs: number;
  readonly busyUs: number;
  /** Datagrams that found its receive queue full; null: not known. */
  readonly queueDrops: number | null;
}
