/** --omit: the figures are those of what is measured behind it. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { runChild } from '../support/children.js';
import { CLI_PATH, type Instance, startInstance, startListener } from '../support/instance.js';

describe('what is measured at the start is left out', { concurrency: 2 }, () => {
  for (const protocol of ['tcp', 'udp'] as const) {
    test(`over ${protocol}, of all shards, and at the end that asks for it`, async (t) => {
      const receiver = await startListener(t, ['--workers', '2'], `${protocol}:127.0.0.1:0`);
      const folder = mkdtempSync(join(tmpdir(), 'conntest-omit-'));
      t.after(() => rmSync(folder, { recursive: true }));
      const log = join(folder, 'run.jsonl');
      const options = 'monitor-bandwidth&phase=200ms&ping-interval=20ms&rate=80mbit&connections=3';
      const uri = `${protocol}://127.0.0.1:${receiver.port}?${options}`;
      const sender = startInstance(t, [
        ...['--connect', uri, '--workers', '2', '-i', '200ms', '--omit', '2s', '--log', log],
      ]);
      const omitted = await sender.line('omitted');
      assert.ok(omitted.omitted_ms >= 2000, `${omitted.omitted_ms} ms`);
      const before = sender.all('snapshot').at(-1)!;
      const isCounted = (direction: 'up' | 'down') => bytesBehind(sender, direction).least > 0;
      await sender.line('phase', () => isCounted('up') && isCounted('down'), omitted);
      assert.equal(await sender.stop(), 0);
      await receiver.atLeast(3, 'lost');
      await receiver.stop();

      assert.equal(sender.all('omitted').length, 1);
      const [client] = (await sender.line('summary')).clients;
      assert.ok(client);
      for (const direction of ['up', 'down'] as const) {
        const { least, most, all } = bytesBehind(sender, direction);
        const { data_bytes: counted } = client[direction];
        assert.ok(least <= counted && counted <= most, `${least} <= ${counted} <= ${most} ${direction}`);
        assert.ok(least > 0 && most < all, `${direction}: ${least} to ${most} of ${all}`);
      }
      const behind = sender.lines
        .slice(sender.lines.indexOf(omitted))
        .find(({ type }) => type === 'snapshot');
      assert.ok(behind?.type === 'snapshot');
      const [was, is] = [before, behind].map(({ clients }) => clients[0]!);
      assert.ok(is!.packets_sent < was!.packets_sent, `${was!.packets_sent}, then ${is!.packets_sent}`);
      assert.ok(is!.uptime_ms! > was!.uptime_ms!, 'the connections are the same');

      // The other end was not asked to leave anything out.
      const [server] = (await receiver.line('summary')).servers;
      assert.ok(server!.up.data_bytes > client.up.data_bytes);

      const report = await runChild(t, [process.execPath, CLI_PATH, 'report', '--text', log]);
      assert.match(report.stdout, /The figures leave out the first [2-9]\.\d s/);
    });
  }
});

/** By the events, which leave out nothing. The first phase of a connection behind the omission may have begun before. */
function bytesBehind(
  { lines }: Instance,
  direction: 'up' | 'down',
): { least: number; most: number; all: number } {
  const sums = { least: 0, most: 0, all: 0 };
  const begun = new Set<number>();
  let isBehind = false;
  for (const line of lines) {
    if (line.type === 'omitted') isBehind = true;
    if (line.type !== 'phase') continue;
    const counts = line.direction === direction ? line.data_bytes : 0;
    sums.all += counts;
    if (!isBehind) continue;
    sums.most += counts;
    if (begun.has(line.key)) sums.least += counts;
    begun.add(line.key);
  }
  return sums;
}
