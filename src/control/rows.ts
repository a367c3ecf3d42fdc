import type { DirectionSummary, PeerSnapshot } from '../stats/snapshot.js';
import type { Accepted } from './accepted.js';
import type { Client, ClientState, Clients } from './clients.js';
import { directionSummary, type Side } from './direction.js';
import { kernelSummary } from './kernel.js';
import { LimitWindow, rateOf, type Span } from './limits.js';
import type { Pages } from './pages.js';
import { acceptedRowId, clientRowId } from './row-id.js';
import { Tally } from './tally.js';

/** Peers of our listeners that a run tells apart, by name and address. A stranger who calls itself
 *  something new each time must not grow memory: beyond this, peers are counted in a row of the rest. */
const MAX_PEERS = 1000;
const THE_REST = '';

/** How a row's figures come about: what is alive now on top of what has ended. */
class Row {
  readonly ended = new Tally();
  readonly now = new Tally();
  /** Most connections that were up at once. */
  peakUp = 1;
  readonly limits = new LimitWindow();

  restart(): void {
    this.ended.reset();
    this.limits.restart();
  }
}

type Figures = Pick<
  PeerSnapshot,
  | 'version'
  | 'connectionsUp'
  | 'uptimeMs'
  | 'packetsSent'
  | 'packetsReceived'
  | 'bytesSent'
  | 'bytesReceived'
  | 'packetSizeBytes'
  | 'latency'
  | 'latencyShape'
  | 'latencyLoaded'
  | 'rtt'
  | 'rttLoaded'
  | 'owd'
  | 'histograms'
  | 'cwndBytes'
  | 'srttNs'
  | 'kernel'
  | 'up'
  | 'down'
  | 'receivedRateBps'
  | 'delayed'
  | 'lost'
  | 'resent'
  | 'reordered'
>;

interface RowKind {
  readonly role: 'client' | 'listener';
  readonly protocol: 'tcp' | 'udp';
  /** Of each connection; 0: none, or not known. */
  readonly setRateBps: number;
  readonly span: Span;
}

interface Live {
  readonly key: number;
  readonly openedMs: number | null;
}

interface Peer {
  readonly id: string;
  readonly row: Row;
  readonly name: string | null;
  readonly ip: string | null;
  readonly target: string;
  readonly protocol: 'tcp' | 'udp';
}

/** The rows of the tables: one a --connect target, one a peer of our listeners. */
export class Rows {
  readonly #pages: Pages;
  readonly #targets: Row[] = [];
  readonly #peers = new Map<string, Peer>();
  /** Those of this moment that have not said Hello; most of them never will. */
  readonly #strangers = new Map<string, Peer>();

  constructor(pages: Pages, targets: number) {
    this.#pages = pages;
    for (let i = 0; i < targets; i++) this.#targets.push(new Row());
  }

  /** What a client connection had counted in a shard that died goes on being counted. */
  handleClientEnded(client: Client): void {
    this.#fold(this.#targets[client.targetIndex]!, client.key);
  }

  handleAcceptedEnded(accepted: Accepted): void {
    if (accepted.peerName === null) this.#pages.forget(accepted.key);
    else this.#fold(this.#peerOf(accepted).row, accepted.key);
  }

  /** The shards have forgotten what they had counted. */
  restart(): void {
    for (const row of [...this.#targets, ...[...this.#peers.values()].map((peer) => peer.row)]) row.restart();
  }

  clients(clients: Clients, nowMs: number, span: Span): PeerSnapshot[] {
    const groups = groupByTarget(clients);
    return [...groups].map(([index, members]) =>
      this.#clientRow(this.#targets[index]!, members, nowMs, span),
    );
  }

  servers(all: Iterable<Accepted>, nowMs: number, span: Span): PeerSnapshot[] {
    this.#strangers.clear();
    const live = new Map<Peer, Accepted[]>();
    for (const accepted of all) {
      const peer = this.#peerOf(accepted);
      const members = live.get(peer);
      if (members === undefined) live.set(peer, [accepted]);
      else members.push(accepted);
    }
    const peers = [...this.#peers.values(), ...this.#strangers.values()];
    return peers.map((peer) => this.#serverRow(peer, live.get(peer) ?? [], nowMs, span));
  }

  #clientRow(row: Row, members: readonly Client[], nowMs: number, span: Span): PeerSnapshot {
    const first = members[0]!;
    const state = stateOf(members);
    const shown = members.find((client) => client.openedMs !== null) ?? first;
    return {
      id: clientRowId(first.targetIndex),
      role: 'client',
      target: first.target.text,
      protocol: first.target.protocol,
      peerName: shown.peerName,
      ip: shown.remote?.ip ?? null,
      port: first.target.port,
      state,
      stateText: state === 'connected' ? null : (members.find(({ cause }) => cause)?.cause?.text ?? null),
      connectionsWanted: members.length,
      retryInMs: retryInMs(members, nowMs),
      retries: members.reduce((sum, { retries }) => sum + retries, 0),
      isMonitored: members.some(({ monitors }) => monitors),
      ...this.#figures(row, members, nowMs, {
        role: 'client',
        protocol: first.target.protocol,
        setRateBps: first.target.measure.rateBps,
        span,
      }),
    };
  }

  #serverRow(peer: Peer, members: readonly Accepted[], nowMs: number, span: Span): PeerSnapshot {
    const up = members.length > 0;
    return {
      id: peer.id,
      role: 'listener',
      target: peer.target,
      protocol: peer.protocol,
      peerName: peer.name,
      ip: peer.ip,
      port: members.length === 1 ? members[0]!.remote.port : null,
      state: up ? 'connected' : 'ended',
      stateText: null,
      connectionsWanted: members.length,
      retryInMs: null,
      retries: 0,
      isMonitored: null,
      ...this.#figures(peer.row, members, nowMs, {
        role: 'listener',
        protocol: peer.protocol,
        setRateBps: 0,
        span,
      }),
    };
  }

  #figures(row: Row, members: readonly Live[], nowMs: number, kind: RowKind): Figures {
    const { now } = row;
    now.reset();
    let connectionsUp = 0;
    let openedMs = Number.POSITIVE_INFINITY;
    for (const member of members) {
      const snapshot = this.#pages.read(member.key);
      if (snapshot !== undefined) now.add(snapshot, member.openedMs !== null);
      if (member.openedMs === null) continue;
      connectionsUp++;
      openedMs = Math.min(openedMs, member.openedMs);
    }
    now.addEnded(row.ended);
    row.peakUp = Math.max(row.peakUp, connectionsUp);
    return {
      connectionsUp,
      uptimeMs: connectionsUp === 0 ? null : nowMs - openedMs,
      ...figuresOf(row, { ...kind, version: now.version }),
    };
  }

  #fold(row: Row, key: number): void {
    const snapshot = this.#pages.read(key);
    if (snapshot !== undefined) row.ended.add(snapshot, false);
    this.#pages.forget(key);
  }

  #peerOf(accepted: Accepted): Peer {
    const { target, peerName, remote } = accepted;
    const peers = peerName === null ? this.#strangers : this.#peers;
    const full = peers.size >= MAX_PEERS;
    const id = acceptedRowId(accepted);
    const known = peers.get(id) ?? (full ? peers.get(THE_REST) : undefined);
    if (known !== undefined) return known;
    const { text, protocol } = target;
    const who = full ? { name: '(others)', ip: null } : { name: peerName, ip: remote.ip };
    const ownId = full ? THE_REST : id;
    const peer = { id: ownId, row: new Row(), ...who, target: text, protocol };
    peers.set(ownId, peer);
    return peer;
  }
}

function figuresOf(
  { now, peakUp, limits }: Row,
  side: Side & RowKind,
): Omit<Figures, 'connectionsUp' | 'uptimeMs'> {
  limits.advance(now, side.span);
  const withLimit = (direction: 'up' | 'down'): DirectionSummary => {
    const summary = directionSummary(now, direction, peakUp, side);
    const rateBps = rateOf(summary, side.span);
    const rates = { rateBps, setRateBps: side.setRateBps * peakUp, connections: peakUp };
    return { ...summary, limit: limits.limit(now, direction, rates, side) };
  };
  const up = withLimit('up');
  const down = withLimit('down');
  return {
    version: side.version,
    packetsSent: now.sum('packetsSent'),
    packetsReceived: now.sum('packetsReceived'),
    bytesSent: now.sum('bytesSent'),
    bytesReceived: now.sum('bytesReceived'),
    packetSizeBytes: now.packetSizeBytes,
    latency: now.samples('latency'),
    latencyShape: once(() => now.shape('latency')),
    latencyLoaded: now.samples('latencyLoaded'),
    rtt: now.samples('rtt'),
    rttLoaded: now.samples('rttLoaded'),
    owd: now.samples('owd'),
    histograms: {
      latency: now.histogram('latency'),
      latencyLoaded: now.histogram('latencyLoaded'),
      rtt: now.histogram('rtt'),
      rttLoaded: now.histogram('rttLoaded'),
      owd: now.histogram('owd'),
    },
    cwndBytes: now.gauge('cwndBytes'),
    srttNs: now.mean('srttNs'),
    kernel: kernelSummary(now),
    up,
    down,
    receivedRateBps: now.gauge('receivedRateBps'),
    delayed: side.protocol === 'udp' && side.version !== null ? now.sum('delayed') : null,
    lost: sumKnown(up.lost, down.lost),
    resent: sumKnown(up.resent, down.resent),
    reordered: sumKnown(up.reordered, down.reordered),
  };
}

function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function sumKnown(up: number | null, down: number | null): number | null {
  return up === null && down === null ? null : (up ?? 0) + (down ?? 0);
}

/** The state that asks most for attention, except that one connection that is up shows that the target works. */
function stateOf(members: readonly Client[]): ClientState {
  const order: readonly ClientState[] = ['connected', 'retrying', 'connecting', 'ended'];
  return order.find((state) => members.some((client) => client.state === state)) ?? 'ended';
}

/** Until the next of them is tried again. */
function retryInMs(members: readonly Client[], nowMs: number): number | null {
  const dueMs = Math.min(...members.map(({ retryMs }) => retryMs ?? Number.POSITIVE_INFINITY));
  return Number.isFinite(dueMs) ? Math.max(0, dueMs - nowMs) : null;
}

function groupByTarget(clients: Clients): Map<number, Client[]> {
  const groups = new Map<number, Client[]>();
  for (const client of clients.all.values()) {
    const members = groups.get(client.targetIndex);
    if (members === undefined) groups.set(client.targetIndex, [client]);
    else members.push(client);
  }
  return groups;
}
