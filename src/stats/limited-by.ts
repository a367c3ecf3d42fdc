/** What held a rate back, and how one knows. Nothing is said where the figures don't: a wrong verdict is worse than
 *  none. */
import type { LimitEvidence, PeerEvidence, SendingEvidence, TcpEvidence } from './limit-evidence.js';
import type { Limit } from './snapshot.js';

/** Below it, a phase has said little: four publications of a shard. */
export const LEAST_US = 200_000;
/** A thread that is busier has no time left: what waits for it waits for the CPU. */
const BUSY = 0.9;
/** One that is less so delays nothing for long. */
const IDLE = 0.5;
/** Data waits for something outside of the socket at least this share of the time. */
const OCCUPIED = 0.7;
/** What held data back for the greater part of the time. */
const MOSTLY = 0.5;
/** Bulk data is sent in packets and paced in steps: a rate is kept when it is this near. What costs less than the rest
 *  is no limit of it. */
const REACHED = 0.95;
/** A queue on the way: round trips of several times the least one, by more than a busy machine adds:
 *  where a receiver sleeps most of the time, 5 to 9 ms were seen. */
const QUEUE_FACTOR = 3;
const QUEUE_US = 15_000;
/** Round trips that grew by less than this have met no queue of a slow link, only threads that had to be woken. Between
 *  the two nobody knows: a small buffer in front of a slow link keeps its queue as short. */
const CALM_US = 2000;
/** Mathis et al., "The macroscopic behavior of the TCP congestion avoidance algorithm", 1997, equation 3: with a
 *  share p of lost segments TCP reaches about 1.22 segments / (round trip * sqrt(p)). */
const MATHIS = 1.22;
/** A rate this near to what the losses allow is limited by them: the window then grows back for a good third of the
 *  time, as long as the square of it says. */
const NEAR_LOSS_BOUND = 0.6;
/** One far above it has a congestion control that heeds no losses (BBR): only what they take of the rate is missing. */
const FAR_ABOVE_LOSS_BOUND = 2;

/** null: the figures don't tell. */
export function limitedBy(evidence: LimitEvidence): Limit | null {
  if (evidence.runningUs < LEAST_US) return null;
  return bySetRate(evidence) ?? (evidence.sends ? ofSender(evidence) : ofReceiver(evidence));
}

function bySetRate({ rateBps, setRateBps }: LimitEvidence): Limit | null {
  if (setRateBps === 0 || rateBps === null || rateBps < REACHED * setRateBps) return null;
  return { cause: 'rate', evidence: `${percent(rateBps / setRateBps)} of the rate that is set was reached` };
}

/** The receiver knows of itself only; why its peer sends no more, the peer knows. */
function ofReceiver({ queueDrops, runningUs, shardBusyUs }: LimitEvidence): Limit | null {
  return receiverLimit("this side's", shardBusyUs / runningUs, queueDrops);
}

function receiverLimit(whose: string, busy: number, queueDrops: number): Limit | null {
  const drops = `${count(queueDrops)} datagrams were dropped in ${whose} receive queue`;
  if (busy > BUSY) {
    const also = queueDrops > 0 ? `, and ${drops}` : '';
    return { cause: 'receiver-cpu', evidence: `${busyText(whose, busy)}${also}` };
  }
  return queueDrops > 0 ? { cause: 'receiver-buffer', evidence: drops } : null;
}

function ofSender(evidence: LimitEvidence): Limit | null {
  const { runningUs, shardBusyUs, tcp } = evidence;
  const held = byWindow(evidence) ?? byBuffer(evidence);
  if (held !== null) return held;
  const busy = shardBusyUs / runningUs;
  if (busy > BUSY && !isOverrun(evidence)) {
    return { cause: 'sender-cpu', evidence: busyText("this side's", busy) };
  }
  return byReceiver(evidence) ?? (tcp === null ? byDatagrams(evidence) : bySegments(evidence, tcp));
}

/** A receiver that reads too slowly closes its window. Otherwise it is too small, unless round trips have grown: a
 *  larger one would then only make the queue longer. */
function byWindow(evidence: LimitEvidence): Limit | null {
  const { sending, peer } = evidence;
  const share = sending === null ? 0 : sending.windowUs / sending.elapsedUs;
  if (share <= MOSTLY) return null;
  const held = `the peer's window held data back ${percent(share)} of the time`;
  if (peer !== null && busyOf(peer) > BUSY) {
    return { cause: 'receiver-cpu', evidence: `${held}, and ${busyText("the peer's", busyOf(peer))}` };
  }
  if (!isCalm(evidence)) return null;
  const why = peer === null ? 'it reads too slowly, or its buffer is too small' : 'its buffer is too small';
  return { cause: 'window', evidence: `${held}: ${why}` };
}

/** Over TCP a buffer holds what may have to be sent again. Over UDP only what the device has not taken yet, so that a full
 *  one says nothing of its size. */
function byBuffer(evidence: LimitEvidence): Limit | null {
  const { sending, tcp } = evidence;
  const share = sending === null || tcp === null ? 0 : sending.bufferUs / sending.elapsedUs;
  if (share <= MOSTLY || !isCalm(evidence)) return null;
  return {
    cause: 'send-buffer',
    evidence: `this side's send buffer was too small ${percent(share)} of the time`,
  };
}

/** The receiver drops what it is sent: to send more would not help. */
function isOverrun({ packets, peer }: LimitEvidence): boolean {
  const drops = peer?.queueDrops ?? 0;
  return drops > (1 - REACHED) * (packets + drops);
}

function byReceiver({ lost, peer }: LimitEvidence): Limit | null {
  if (peer === null || peer.elapsedUs < LEAST_US) return null;
  const drops = peer.queueDrops ?? 0;
  // Where most are lost elsewhere, its buffer is not what matters.
  return receiverLimit("the peer's", busyOf(peer), 2 * drops >= lost ? drops : 0);
}

function bySegments(evidence: LimitEvidence, tcp: TcpEvidence): Limit | null {
  const { sending } = evidence;
  const isQueueing = hasQueue(evidence);
  if (sending === null || sending.dataUs / sending.elapsedUs < OCCUPIED) return null;
  if (!isQueueing && !isLossBound(evidence, sending, tcp)) return null;
  const facts = [
    ...(isQueueing ? [queueText(evidence)] : []),
    ...(tcp.retransmits > 0 ? [`TCP sent ${count(tcp.retransmits)} segments again`] : []),
  ];
  return { cause: 'path', evidence: facts.join(', and ') };
}

/** Losses limit a rate where the congestion window does; a few don't where round trips are short. */
function isLossBound(
  { rateBps, runningUs, rttUs, connections }: LimitEvidence,
  { elapsedUs, dataUs, windowUs, bufferUs }: SendingEvidence,
  { retransmits, segmentBytes }: TcpEvidence,
): boolean {
  if (rateBps === null || rttUs === null || segmentBytes === null || retransmits === 0) return false;
  if ((dataUs - windowUs - bufferUs) / elapsedUs < OCCUPIED) return false;
  const rateOfOneBps = rateBps / connections;
  const segments = (rateOfOneBps * runningUs) / 8e6 / segmentBytes;
  const lossRate = retransmits / (segments + retransmits);
  if (lossRate > 1 - REACHED) return true;
  const boundBps = (MATHIS * segmentBytes * 8e6) / (rttUs * Math.sqrt(lossRate));
  const ofBound = rateOfOneBps / boundBps;
  return ofBound > NEAR_LOSS_BOUND && ofBound < FAR_ABOVE_LOSS_BOUND;
}

/** Losses limit a rate by congestion control, or by what they take of it. Without the receiver's word nobody can tell a
 *  router's full queue from its own; and a thread that is busy makes round trips long as well. */
function byDatagrams(evidence: LimitEvidence): Limit | null {
  const { packets, lost, peer, sending } = evidence;
  const isQueueing = hasQueue(evidence);
  const isHeld = sending === null || sending.congestionUs / sending.elapsedUs > MOSTLY;
  const isLossy = lost > (isHeld ? 0 : (1 - REACHED) * (packets + lost));
  if (!isLossy && !isQueueing) return null;
  const facts = [
    ...(isLossy ? [`${count(lost)} packets were lost`] : []),
    ...(isQueueing ? [queueText(evidence)] : []),
  ];
  const isOfPath = peer !== null && peer.queueDrops !== null && (isLossy || isIdle(evidence, peer));
  return { cause: isOfPath ? 'path' : 'path-or-receiver', evidence: facts.join(', and ') };
}

function isIdle({ runningUs, shardBusyUs }: LimitEvidence, peer: PeerEvidence): boolean {
  return shardBusyUs / runningUs < IDLE && busyOf(peer) < IDLE;
}

function hasQueue({ rttUs, minRttUs }: LimitEvidence): boolean {
  return (
    rttUs !== null && minRttUs !== null && rttUs > Math.max(QUEUE_FACTOR * minRttUs, minRttUs + QUEUE_US)
  );
}

function isCalm({ rttUs, minRttUs }: LimitEvidence): boolean {
  return rttUs !== null && minRttUs !== null && rttUs < minRttUs + Math.max(CALM_US, minRttUs / 2);
}

function busyOf({ busyUs, elapsedUs }: PeerEvidence): number {
  return elapsedUs === 0 ? 0 : busyUs / elapsedUs;
}

function busyText(whose: string, busy: number): string {
  return `${whose} shard was busy, or waited for a CPU, ${percent(busy)} of the time`;
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
