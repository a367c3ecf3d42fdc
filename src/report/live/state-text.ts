import type { PeerSnapshot } from '../../stats/snapshot.js';
import { LINE_TEXT_CHARS, printable } from '../print/ascii.js';
import type { Tone } from '../print/palette.js';
import { type Span, span } from './line.js';

const TONES = {
  connecting: 'warning',
  connected: 'good',
  retrying: 'bad',
  ended: 'faint',
} as const satisfies Record<PeerSnapshot['state'], Tone>;

/** `connected`, `48/50 connected`, `retrying in 3 s: connection refused`. */
export function stateSpan(peer: PeerSnapshot): Span {
  return span(stateText(peer), TONES[peer.state]);
}

function stateText(peer: PeerSnapshot): string {
  const { state, connectionsUp, connectionsWanted } = peer;
  switch (state) {
    case 'connected':
      if (connectionsWanted === 1) return 'connected';
      return `${connectionsUp === connectionsWanted ? '' : `${connectionsUp}/`}${connectionsWanted} connected`;
    case 'retrying':
      return `retrying${whenText(peer.retryInMs)}${causeText(peer.stateText)}`;
    case 'ended':
      return peer.role === 'client' ? 'dropped' : 'gone';
    case 'connecting':
      return `connecting${causeText(peer.stateText)}`;
  }
}

/** Rounded up: what is about to happen is not in 0 s. */
function whenText(retryInMs: number | null): string {
  return retryInMs === null ? '' : ` in ${Math.max(1, Math.ceil(retryInMs / 1000))} s`;
}

/** What happened, without what it may mean: the event lines have all of it. */
function causeText(text: string | null): string {
  return text === null ? '' : `: ${printable(text.split(':')[0] ?? '', LINE_TEXT_CHARS)}`;
}
