/** What the user sees of the run, as keys change it. Pure: a key and a view give the next view and what the
 *  run is asked for. */
import type { PeerSnapshot } from '../../stats/snapshot.js';
import { LINE_TEXT_CHARS, printable } from '../print/ascii.js';
import { shortTarget } from '../words/peer-name.js';
import type { Key } from './keys.js';
import { nextOrder, type OrderName } from './order.js';

export interface View {
  /** Row id; null: the first one. */
  readonly selected: string | null;
  readonly order: OrderName;
  readonly isPaused: boolean;
  readonly isHelp: boolean;
  /** What the last key did, until `messageEndMs`. */
  readonly message: string;
  readonly messageEndMs: number;
}

export const FIRST_VIEW: View = {
  selected: null,
  order: 'given',
  isPaused: false,
  isHelp: false,
  message: '',
  messageEndMs: 0,
};

export type Command =
  | { readonly type: 'monitor'; readonly rowId: string; readonly isOn: boolean }
  | { readonly type: 'reconnect'; readonly rowId: string }
  | { readonly type: 'drop'; readonly rowId: string }
  | { readonly type: 'redraw' }
  | { readonly type: 'suspend' }
  | { readonly type: 'interrupt' };

/** What a key needs to know of the screen. */
export interface Scene {
  readonly nowMs: number;
  /** All rows in the order of the screen. */
  readonly peers: readonly PeerSnapshot[];
  /** Rows that a page key moves by. */
  readonly pageRows: number;
}

interface Reaction {
  readonly view: View;
  readonly command: Command | null;
}

/** Long enough to read a sentence. */
const MESSAGE_MS = 4000;

/** The selected row, or the first where it is gone; null: there are no rows. */
export function selectedPeer(view: View, peers: readonly PeerSnapshot[]): PeerSnapshot | null {
  return peers.find(({ id }) => id === view.selected) ?? peers[0] ?? null;
}

export function handleKey(view: View, key: Key, scene: Scene): Reaction {
  if (key === 'ctrl-c') return interrupt(view, scene);
  if (key === 'ctrl-z') return { view, command: { type: 'suspend' } };
  if (key === 'ctrl-l') return { view, command: { type: 'redraw' } };
  if (typeof key === 'object') return handleChar(view, key.char, scene);
  if (key === 'escape') return only({ ...view, isHelp: false });
  if (key === 'left' || key === 'right') return only(view);
  return only(move(view, key, scene));
}

function handleChar(view: View, char: string, scene: Scene): Reaction {
  switch (char) {
    case 'q':
      return interrupt(view, scene);
    case '?':
    case 'h':
      return only({ ...view, isHelp: !view.isHelp });
    case 'p':
      return only({ ...view, isPaused: !view.isPaused });
    case 's':
      return only(say({ ...view, order: nextOrder(view.order) }, ORDER_TEXTS[nextOrder(view.order)], scene));
    case 'k':
      return only(move(view, 'up', scene));
    case 'j':
      return only(move(view, 'down', scene));
    case 'b':
    case 'r':
    case 'x':
      return handleRowKey(view, char, scene);
    default:
      return only(view);
  }
}

function interrupt(view: View, scene: Scene): Reaction {
  return { view: say(view, 'ending; once more ends at once', scene), command: { type: 'interrupt' } };
}

const ORDER_TEXTS: Readonly<Record<OrderName, string>> = {
  given: 'in the order of the command line',
  name: 'sorted by name',
  trouble: 'sorted by trouble: those that are not connected first',
  latency: 'sorted by latency: the highest p99 first',
  rate: 'sorted by rate: the highest first',
};

function handleRowKey(view: View, char: 'b' | 'r' | 'x', scene: Scene): Reaction {
  const peer = selectedPeer(view, scene.peers);
  if (peer === null) return only(say(view, 'there is no connection yet', scene));
  const who = nameOf(peer);
  const rowId = peer.id;
  if (char === 'x') {
    const again = peer.role === 'client' ? '; r connects again' : '; the peer may come again';
    return { view: say(view, `dropped ${who}${again}`, scene), command: { type: 'drop', rowId } };
  }
  if (peer.role === 'listener') {
    return only(say(view, `${who} connects to us: that is for the other side to do`, scene));
  }
  if (char === 'r') {
    return { view: say(view, `connecting ${who} again`, scene), command: { type: 'reconnect', rowId } };
  }
  const isOn = peer.isMonitored === false;
  const text = `bandwidth of ${who}: ${isOn ? 'measured from now on' : 'no longer measured'}`;
  return { view: say(view, text, scene), command: { type: 'monitor', rowId, isOn } };
}

function nameOf({ peerName, target }: PeerSnapshot): string {
  return printable(peerName?.trim() || shortTarget(target), LINE_TEXT_CHARS);
}

function move(view: View, key: 'up' | 'down' | 'page-up' | 'page-down' | 'home' | 'end', scene: Scene): View {
  const { peers, pageRows } = scene;
  const now = Math.max(
    0,
    peers.findIndex(({ id }) => id === view.selected),
  );
  const to = {
    up: now - 1,
    down: now + 1,
    'page-up': now - pageRows,
    'page-down': now + pageRows,
    home: 0,
    end: peers.length - 1,
  }[key];
  const selected = peers[Math.min(Math.max(0, to), peers.length - 1)]?.id ?? null;
  return { ...view, selected };
}

function say(view: View, message: string, { nowMs }: Scene): View {
  return { ...view, message, messageEndMs: nowMs + MESSAGE_MS };
}

function only(view: View): Reaction {
  return { view, command: null };
}
