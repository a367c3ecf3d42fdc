import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeKeys } from '../../../src/report/live/keys.js';
import {
  type Command,
  FIRST_VIEW,
  handleKey,
  selectedPeer,
  type View,
} from '../../../src/report/live/view.js';
import type { PeerSnapshot } from '../../../src/stats/snapshot.js';
import { peer, served } from '../fixture.js';

const NOW_MS = 1_000;

/** Presses keys one after the other, on a screen with `pageRows` rows a page. */
function press(peers: readonly PeerSnapshot[], input: string, from: View = FIRST_VIEW) {
  const commands: Command[] = [];
  let view = from;
  for (const key of decodeKeys(input)) {
    const reaction = handleKey(view, key, { nowMs: NOW_MS, peers, pageRows: 4 });
    view = reaction.view;
    if (reaction.command !== null) commands.push(reaction.command);
  }
  return { view, commands };
}

const PEERS = Array.from({ length: 10 }, (_, i) => peer({ id: `client ${i}`, peerName: `peer-${i}` }));
const SERVED = served({ id: 'tcp:1 10.0.0.1 them', peerName: 'them' });

function selectedAfter(input: string): string | null {
  return press(PEERS, input).view.selected;
}

test('arrows, j and k select the next row and stop at both ends', () => {
  assert.equal(selectedAfter('\u001b[B'), 'client 1');
  assert.equal(selectedAfter('jjk'), 'client 1');
  assert.equal(selectedAfter('kkk'), 'client 0');
  assert.equal(selectedAfter('j'.repeat(30)), 'client 9');
});

test('page keys move by what is in sight, Home and End to the ends', () => {
  assert.equal(selectedAfter('\u001b[6~'), 'client 4');
  assert.equal(selectedAfter('\u001b[6~\u001b[6~\u001b[5~'), 'client 4');
  assert.equal(selectedAfter('\u001b[F'), 'client 9');
  assert.equal(selectedAfter('\u001b[F\u001b[H'), 'client 0');
});

test('the selection stays with its row when the order changes, and goes to the first when it is gone', () => {
  const { view } = press(PEERS, 'jjj');
  assert.equal(selectedPeer(view, PEERS.toReversed())?.id, 'client 3');
  assert.equal(selectedPeer(view, PEERS.slice(5))?.id, 'client 5');
  assert.equal(selectedPeer(view, []), null);
});

test('b asks for the other state of monitoring, for the selected row', () => {
  assert.deepEqual(press(PEERS, 'jb').commands, [{ type: 'monitor', rowId: 'client 1', isOn: false }]);
  const idle = [peer({ isMonitored: false })];
  const { commands, view } = press(idle, 'b');
  assert.deepEqual(commands, [{ type: 'monitor', rowId: 'client 0', isOn: true }]);
  assert.equal(view.message, 'bandwidth of receiver: measured from now on');
});

test('r and x ask for the selected row', () => {
  assert.deepEqual(press(PEERS, 'rjx').commands, [
    { type: 'reconnect', rowId: 'client 0' },
    { type: 'drop', rowId: 'client 1' },
  ]);
});

test('who connects to us can be dropped; to measure and to connect is its own affair', () => {
  const { commands, view } = press([SERVED], 'br');
  assert.deepEqual(commands, []);
  assert.equal(view.message, 'them connects to us: that is for the other side to do');
  assert.deepEqual(press([SERVED], 'x').commands, [{ type: 'drop', rowId: SERVED.id }]);
});

test('without a connection the keys for one say so', () => {
  const { commands, view } = press([], 'bj');
  assert.deepEqual(commands, []);
  assert.equal(view.message, 'there is no connection yet');
  assert.equal(view.selected, null);
});

test('s goes through all orders and comes back to the first', () => {
  const orders = ['s', 'ss', 'sss', 'ssss', 'sssss'].map((input) => press(PEERS, input).view.order);
  assert.deepEqual(orders, ['name', 'trouble', 'latency', 'rate', 'given']);
});

test('p and ? are on and off; Escape closes the help', () => {
  assert.equal(press(PEERS, 'p').view.isPaused, true);
  assert.equal(press(PEERS, 'pp').view.isPaused, false);
  assert.equal(press(PEERS, '?').view.isHelp, true);
  assert.equal(press(PEERS, '??').view.isHelp, false);
  assert.equal(press(PEERS, '?\u001b').view.isHelp, false);
});

test('q and Ctrl-C end the run, Ctrl-Z goes to the shell', () => {
  const types = press(PEERS, 'q\u0003\u001a\u000c').commands.map(({ type }) => type);
  assert.deepEqual(types, ['interrupt', 'interrupt', 'suspend', 'redraw']);
});

test('a name that is no plain text cannot steer the terminal by way of a message', () => {
  const { view } = press([peer({ peerName: 'a\u001b[2Jb' })], 'x');
  assert.equal(view.message, 'dropped a?[2Jb; r connects again');
});
