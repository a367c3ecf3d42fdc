import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunEvent } from '../../src/control/events.js';
import { eventTexts } from '../../src/report/words/event-text.js';

function listening(target: string, port: number): RunEvent {
  return { type: 'listening', tMs: 0, target, protocol: 'tcp', local: { ip: '::', port }, shards: 2 };
}

function shown(event: RunEvent): string[] {
  return eventTexts(event, { remote: null, isRepeat: false }).map(({ text }) => text);
}

test('a port is told when it listens', () => {
  assert.deepEqual(shown(listening('tcp:0', 4321)), ['listening on [::]:4321 (tcp, 2 shards accept)']);
});

test('a range of ports is told once, with its last port', () => {
  assert.deepEqual(shown(listening('tcp:8000-8100,22', 8000)), []);
  assert.deepEqual(shown(listening('tcp:8000-8100,22', 8100)), [
    'listening on [::]:8000-8100,22 (tcp, 2 shards accept)',
  ]);
});
