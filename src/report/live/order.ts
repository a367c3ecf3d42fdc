/** The rows of the screen, in the order that the user has chosen. */
import type { PeerSnapshot, RunSnapshot } from '../../stats/snapshot.js';
import { peerTitle } from '../words/peer-name.js';

/** Each with how two rows compare; the ones that matter most to whoever asks for the order come first. */
const ORDERS = {
  given: () => 0,
  name: (a, b) => compareTexts(peerTitle(a), peerTitle(b)),
  trouble: (a, b) => troubleOf(b) - troubleOf(a),
  latency: (a, b) => (b.latency.p99Ns ?? -1) - (a.latency.p99Ns ?? -1),
  rate: (a, b) => rateOf(b) - rateOf(a),
} as const satisfies Record<string, (a: PeerSnapshot, b: PeerSnapshot) => number>;

export type OrderName = keyof typeof ORDERS;

const NAMES = Object.keys(ORDERS) as readonly OrderName[];

/** The one behind it, and the first behind the last. */
export function nextOrder(order: OrderName): OrderName {
  return NAMES[(NAMES.indexOf(order) + 1) % NAMES.length] ?? 'given';
}

export interface Section {
  readonly title: string;
  readonly peers: readonly PeerSnapshot[];
}

/** Those that have rows. Rows that compare equal stay in the order in which they came. */
export function orderedSections({ clients, servers }: RunSnapshot, order: OrderName): Section[] {
  const sections = [
    { title: 'As client', peers: clients },
    { title: 'As server', peers: servers },
  ].filter(({ peers }) => peers.length > 0);
  if (order === 'given') return sections;
  return sections.map(({ title, peers }) => ({ title, peers: [...peers].sort(ORDERS[order]) }));
}

/** Code points, not a locale's collation: a thousand names are sorted twice a second. */
function compareTexts(a: string, b: string): number {
  return Number(a > b) - Number(a < b);
}

function troubleOf({ state, retries, lost }: PeerSnapshot): number {
  const severity = { retrying: 3, connecting: 2, ended: 1, connected: 0 }[state];
  return severity * 1e15 + retries * 1e9 + (lost ?? 0);
}

function rateOf({ up, down }: PeerSnapshot): number {
  return (up.rateBps ?? 0) + (down.rateBps ?? 0);
}
