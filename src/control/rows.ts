import type { PeerSnapshot } from '../stats/snapshot.js';
import type { Accepted } from './accepted.js';
import type { Client, ClientState, Clients } from './clients.js';
import { directionSummary, type Side } from './direction.js';
import type { Pages } from './pages.js';
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
  | 'latencyLoaded'
  | 'rtt'
  | 'rttLoaded'
  | 'owd'
  | 'histograms'
  | 'cwndBytes'
  | 'srttNs'
  | 'up'
  | 'down'
  | 'receivedRateBps'
  | 'delayed'
  | 'lost'
  | 'resent'
  | 'reordered'
>;

interface Live {
  readonly key: number;
  readonly openedMs: number | null;
}

interface Peer {
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

  clients(clients: Clients, nowMs: number): PeerSnapshot[] {
    const groups = groupByTarget(clients);
    return [...groups].map(([index, members]) => this.#clientRow(this.#targets[index]!, members, nowMs));
  }

  servers(all: Iterable<Accepted>, nowMs: number): PeerSnapshot[] {
    this.#strangers.clear();
    const live = new Map<Peer, Accepted[]>();
    for (const accepted of all) {
      const peer = this.#peerOf(accepted);
      const members = live.get(peer);
      if (members === undefined) live.set(peer, [accepted]);
      else members.push(accepted);
    }
    const peers = [...this.#peers.values(), ...this.#strangers.values()];
    return peers.map((peer) => this.#serverRow(peer, live.get(peer) ?? [], nowMs));
  }

  #clientRow(row: Row, members: readonly Client[], nowMs: number): PeerSnapshot {
    const first = members[0]!;
    const state = stateOf(members);
    const shown = members.find((client) => client.openedMs !== null) ?? first;
    return {
      role: 'client',
      target: first.target.text,
      protocol: first.target.protocol,
      peerName: shown.peerName,
      ip: shown.remote?.ip ?? null,
      port: first.target.port,
      state,
      stateText: state === 'connected' ? null : (members.find(({ cause }) => cause)?.cause?.text ?? null),
      connectionsWanted: members.length,
      retries: members.reduce((sum, { retries }) => sum + retries, 0),
      ...this.#figures(row, members, 'client', first.target.protocol, nowMs),
    };
  }

  #serverRow(peer: Peer, members: readonly Accepted[], nowMs: number): PeerSnapshot {
    const up = members.length > 0;
    return {
      role: 'listener',
      target: peer.target,
      protocol: peer.protocol,
      peerName: peer.name,
      ip: peer.ip,
      port: members.length === 1 ? members[0]!.remote.port : null,
      state: up ? 'connected' : 'ended',
      stateText: null,
      connectionsWanted: members.length,
      retries: 0,
      ...this.#figures(peer.row, members, 'listener', peer.protocol, nowMs),
    };
  }

  #figures(
    row: Row,
    members: readonly Live[],
    role: 'client' | 'listener',
    protocol: 'tcp' | 'udp',
    nowMs: number,
  ): Figures {
    const { now } = row;
    now.reset();
    let connectionsUp = 0;
    let openedMs = Number.POSITIVE_INFINITY;
    for (const member of members) {
      const snapshot = this.#pages.read(member.key);
      if (snapshot !== undefined) now.add(snapshot);
      if (member.openedMs === null) continue;
      connectionsUp++;
      openedMs = Math.min(openedMs, member.openedMs);
    }
    now.addEnded(row.ended);
    row.peakUp = Math.max(row.peakUp, connectionsUp);
    return {
      connectionsUp,
      uptimeMs: connectionsUp === 0 ? null : nowMs - openedMs,
      ...figuresOf(now, row.peakUp, { role, protocol, version: now.version }),
    };
  }

  #fold(row: Row, key: number): void {
    const snapshot = this.#pages.read(key);
    if (snapshot !== undefined) row.ended.add(snapshot);
    this.#pages.forget(key);
  }

  #peerOf({ target, peerName, remote }: Accepted): Peer {
    const peers = peerName === null ? this.#strangers : this.#peers;
    const full = peers.size >= MAX_PEERS;
    const id = `${target.text} ${remote.ip} ${peerName ?? ''}`;
    const known = peers.get(id) ?? (full ? peers.get(THE_REST) : undefined);
    if (known !== undefined) return known;
    const { text, protocol } = target;
    const who = full ? { name: '(others)', ip: null } : { name: peerName, ip: remote.ip };
    const peer = { row: new Row(), ...who, target: text, protocol };
    peers.set(full ? THE_REST : id, peer);
    return peer;
  }
}

function figuresOf(now: Tally, peakUp: number, side: Side): Omit<Figures, 'connectionsUp' | 'uptimeMs'> {
  const up = directionSummary(now, 'up', peakUp, side);
  const down = directionSummary(now, 'down', peakUp, side);
  return {
    version: side.version,
    packetsSent: now.sum('packetsSent'),
    packetsReceived: now.sum('packetsReceived'),
    bytesSent: now.sum('bytesSent'),
    bytesReceived: now.sum('bytesReceived'),
    packetSizeBytes: now.packetSizeBytes,
    latency: now.samples('latency'),
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
    up,
    down,
    receivedRateBps: now.gauge('receivedRateBps'),
    delayed: side.protocol === 'udp' && side.version !== null ? now.sum('delayed') : null,
    lost: sumKnown(up.lost, down.lost),
    resent: sumKnown(up.resent, down.resent),
    reordered: sumKnown(up.reordered, down.reordered),
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

function groupByTarget(clients: Clients): Map<number, Client[]> {
  const groups = new Map<number, Client[]>();
  for (const client of clients.all.values()) {
    const members = groups.get(client.targetIndex);
    if (members === undefined) groups.set(client.targetIndex, [client]);
    else members.push(client);
  }
  return groups;
}
