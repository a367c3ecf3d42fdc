/** What is said about a run as a whole: shards that were busy, peers that stayed away. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTextReporter } from '../../src/report/text.js';
import type { ShardSnapshot } from '../../src/stats/snapshot.js';
import {
  connected,
  lost,
  memoryOutput,
  peer,
  play,
  runSnapshot,
  SETTINGS,
  type Step,
  unreached,
} from './fixture.js';

/** The text of a run on one line, whatever the width that its paragraphs are wrapped to. */
function told(steps: readonly Step[]): string {
  const out = memoryOutput();
  play(createTextReporter(out, SETTINGS), steps);
  return out.text.replaceAll('\n', ' ');
}

function busy(utilization: number, connections = 1): Step {
  const shards: ShardSnapshot[] = [
    { shard: 0, connections: 1, utilization: 0.1 },
    { shard: 1, connections, utilization },
  ];
  return { snapshot: runSnapshot(1000, { clients: [peer()], shards }) };
}

const SUMMARY: Step = { summary: runSnapshot(4000, { clients: [peer()] }) };

test('a busy shard is told of with the intervals in which it was, not by the last one alone', () => {
  const text = told([busy(0.99), busy(0.4), busy(1), SUMMARY]);
  assert.match(text, /A shard was busy all the time in 2 of 3 intervals: the rates may be/);
});

test('one busy interval in a long run is no matter for a hint', () => {
  const calm = Array.from({ length: 19 }, () => busy(0.4));
  assert.doesNotMatch(told([...calm, busy(1), SUMMARY]), /busy all the time/);
});

test('more workers are advised only where a busy shard had more than one connection', () => {
  assert.doesNotMatch(told([busy(0.99, 1), SUMMARY]), /--workers/);
  assert.match(told([busy(0.99, 2), SUMMARY]), /more --workers may help/);
});

test('shards that kept up are no matter for a hint', () => {
  assert.doesNotMatch(told([busy(0.94), busy(0.94), SUMMARY]), /busy all the time/);
});

test('a peer that had been reached and is away at the end is named with the cause', () => {
  const away = { summary: runSnapshot(4000, { clients: [unreached()] }) };
  const text = told([connected(1), lost(2000), away]);
  assert.match(text, /Lost tcp:\S+ and not connected again by the end: the peer closed the connection/);
  assert.doesNotMatch(told([connected(1), lost(2000), connected(3000), SUMMARY]), /by the end/);
});
