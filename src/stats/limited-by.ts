/** What held a rate back, and how one knows. Nothing is said where the figures don't: a wrong verdict is worse than
 *  none. */
import type { Limit } from './snapshot.js';

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
  /** Packets of UDP that did not arrive. */
  readonly lost: number;
  /** Round trips while data was moving, and the least one; null: not known. */
  readonly rttUs: number | null;
  readonly minRttUs: number | null;
  /** Of the sender's kernel; null over UDP, and where it doesn't tell. */
  readonly tcp: TcpEvidence | null;
}

export interface TcpEvidence {
  /** That the socket had data; of this, that the peer's window or our own buffer alone held it back. */
  readonly busyUs: number;
  readonly windowUs: number;
  readonly bufferUs: number;
  readonly retransmits: number;
  /** What a segment holds at most; null: not known. */
  readonly segmentBytes: number | null;
}

/** Below it, a phase has said little: four publications of a shard. */
const LEAST_RUNNING_US = 200_000;
/** A loop that is busier has no time left: what waits for it waits for the CPU. */
const BUSY = 0.9;
/** Data waits for something outside of the socket at least this share of the time. */
const OCCUPIED = 0.7;
/** What held data back for the greater part of the time. */
const MOSTLY = 0.5;
/** Bulk data is sent in packets and paced in steps: a rate is kept when it is this near. */
const REACHED = 0.95;
/** A queue on the way: round trips of several times the least one, by more than a busy machine adds:
 *  where a receiver sleeps most of the time, 5 to 9 ms were seen. */
const QUEUE_FACTOR = 3;
const QUEUE_US = 15_000;
/** Mathis et al., "The macroscopic behavior of the TCP congestion avoidance algorithm", 1997, equation 3: with a
 *  share p of lost segments TCP reaches about 1.22 segments / (round trip * sqrt(p)). */
const MATHIS = 1.22;
/** A rate this near to what the losses allow is limited by them. */
const NEAR_LOSS_BOUND = 0.3;

/** null: the figures don't tell. */
export function limitedBy(evidence: LimitEvidence): Limit | null {
  if (evidence.runningUs < LEAST_RUNNING_US) return null;
  return bySetRate(evidence) ?? (evidence.sends ? ofSender(evidence) : ofReceiver(evidence));
}

function bySetRate({ rateBps, setRateBps }: LimitEvidence): Limit | null {
  if (setRateBps === 0 || rateBps === null || rateBps < REACHED * setRateBps) return null;
  return { cause: 'rate', evidence: `${percent(rateBps / setRateBps)} of the rate that is set was reached` };
}

/** The receiver knows of itself only; why its peer sends no more, the peer knows. */
function ofReceiver({ queueDrops, runningUs, shardBusyUs }: LimitEvidence): Limit | null {
  const busy = shardBusyUs / runningUs;
  const drops = `${count(queueDrops)} datagrams were dropped in this side's receive queue`;
  if (busy > BUSY) {
    const also = queueDrops > 0 ? `, and ${drops}` : '';
    return {
      cause: 'receiver-cpu',
      evidence: `this side's shard was busy ${percent(busy)} of the time${also}`,
    };
  }
  return queueDrops > 0 ? { cause: 'receiver-buffer', evidence: drops } : null;
}

function ofSender(evidence: LimitEvidence): Limit | null {
  const { runningUs, shardBusyUs, tcp } = evidence;
  const busy = shardBusyUs / runningUs;
  const held = tcp === null || hasQueue(evidence) ? null : byWindow(tcp, runningUs);
  if (held !== null) return held;
  if (busy > BUSY) {
    return { cause: 'sender-cpu', evidence: `this side's shard was busy ${percent(busy)} of the time` };
  }
  return tcp === null ? byLoss(evidence) : byPath(evidence, tcp);
}

/** Where round trips have grown, a larger window would only make the queue longer. */
function byWindow({ windowUs, bufferUs }: TcpEvidence, runningUs: number): Limit | null {
  const window = windowUs / runningUs;
  const buffer = bufferUs / runningUs;
  if (window > MOSTLY) {
    const why = 'it reads too slowly, or its buffer is too small';
    return {
      cause: 'window',
      evidence: `the peer's window held data back ${percent(window)} of the time: ${why}`,
    };
  }
  if (buffer <= MOSTLY) return null;
  return {
    cause: 'send-buffer',
    evidence: `this side's send buffer was too small ${percent(buffer)} of the time`,
  };
}

function byPath(evidence: LimitEvidence, tcp: TcpEvidence): Limit | null {
  const isQueueing = hasQueue(evidence);
  if (tcp.busyUs / evidence.runningUs < OCCUPIED || (!isQueueing && !isLossBound(evidence, tcp))) return null;
  const facts = [
    ...(isQueueing ? [queueText(evidence)] : []),
    ...(tcp.retransmits > 0 ? [`TCP sent ${count(tcp.retransmits)} segments again`] : []),
  ];
  return { cause: 'path', evidence: facts.join(', and ') };
}

/** A few losses don't slow TCP down where round trips are short. */
function isLossBound(
  { rateBps, runningUs, rttUs, connections }: LimitEvidence,
  { retransmits, segmentBytes }: TcpEvidence,
): boolean {
  if (rateBps === null || rttUs === null || segmentBytes === null || retransmits === 0) return false;
  const rateOfOneBps = rateBps / connections;
  const segments = (rateOfOneBps * runningUs) / 8e6 / segmentBytes;
  const boundBps = (MATHIS * segmentBytes * 8e6) / (rttUs * Math.sqrt(retransmits / segments));
  return rateOfOneBps > NEAR_LOSS_BOUND * boundBps;
}

/** Over UDP the sender can't tell a router's full queue from the receiver's. */
function byLoss(evidence: LimitEvidence): Limit | null {
  const { lost } = evidence;
  const isQueueing = hasQueue(evidence);
  if (lost === 0 && !isQueueing) return null;
  const facts = [
    ...(lost > 0 ? [`${count(lost)} packets were lost`] : []),
    ...(isQueueing ? [queueText(evidence)] : []),
  ];
  return { cause: 'path-or-receiver', evidence: facts.join(', and ') };
}

function hasQueue({ rttUs, minRttUs }: LimitEvidence): boolean {
  return (
    rttUs !== null && minRttUs !== null && rttUs > Math.max(QUEUE_FACTOR * minRttUs, minRttUs + QUEUE_US)
  );
}

function queueText({ rttUs, minRttUs }: LimitEvidence): string {
  return `round trips grew from ${millis(minRttUs)} to ${millis(rttUs)} ms under load`;
}

function count(figure: number): string {
  return figure.toLocaleString('en-US');
}

function millis(us: number | null): string {
  return ((us ?? 0) / 1000).toFixed(1);
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}
