/** Peers that come and go for long: nothing may grow. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { type Instance, startInstance, startListener } from '../support/instance.js';
import { freePort } from '../support/ports.js';
import { openDescriptors, residentBytes, threads } from '../support/process-figures.js';

const RESTARTS = 20;
const WARM_UP = 5;
const imports = [new URL('../support/collect.js', import.meta.url).href];
/** What is collected is not given back at once, and a connection touches other parts of its histograms than the one
 *  before it in the same place. The other limit is that of the whole process. */
const MAX_GROWTH_BYTES = 15e6;
const MAX_RESIDENT_BYTES = 150e6;
const skip = existsSync('/proc/self/fd') ? false : 'descriptors are counted in /proc';

/** Of the peer as a whole, as a client, and as a listener: other names, limits, shards and measurements each time. */
const CONFIGURATIONS = [
  { args: ['--name', 'plain'], plan: 'ping-interval=1ms' },
  { args: ['--name', 'sharded', '--workers', '2'], plan: 'monitor-bandwidth&packet-size=3mb' },
  {
    args: ['--name', 'strict', '--max-packet-size', '200kb', '--timeout', '2s'],
    plan: 'monitor-bandwidth&phase=20ms',
  },
];
/** In either direction. */
const CONNECTIONS = 4;

test(`an instance of both roles lives through ${RESTARTS} restarts of its peer, each with another configuration`, {
  skip,
}, async (t) => {
  const address = `127.0.0.1:${await freePort()}`;
  const uri = `tcp://${address}?connections=${CONNECTIONS}&monitor-bandwidth&packet-size=64kb&phase=20ms`;
  const args = ['--connect', uri, '--retry-delay', '20ms', '-i', '100ms', '--workers', '2'];
  const survivor = await startListener(t, args, 'tcp:127.0.0.1:0', { imports });
  const back = `tcp://127.0.0.1:${survivor.port}?connections=${CONNECTIONS}`;
  const figures: Figures[] = [];
  for (let restart = 1; restart <= RESTARTS; restart++) {
    const { args, plan } = CONFIGURATIONS[restart % CONFIGURATIONS.length] ?? { args: [], plan: '' };
    const phases = survivor.all('phase').length;
    const peer = startInstance(t, ['--listen', `tcp:${address}`, '--connect', `${back}&${plan}`, ...args]);
    const measured = await survivor.atLeast(2 * CONNECTIONS * restart, 'measured');
    assert.equal(measured.filter(({ role }) => role === 'client').length, CONNECTIONS * restart);
    await survivor.atLeast(phases + 10, 'phase');
    assert.equal(survivor.all('hello').at(-1)?.peer_name, args[1]);
    figures.push(figuresOf(survivor));
    await peer.kill();
    await survivor.atLeast(2 * CONNECTIONS * restart, 'lost');
  }
  assertSteady(figures);
  const { servers } = await survivor.peer('servers', undefined, survivor.lines.at(-1));
  assert.equal(servers.length, CONFIGURATIONS.length, 'one row a peer, not one a connection');
  assert.equal(survivor.all('shard-died').length, 0);
  assert.equal(survivor.stderr, '');
});

interface Figures {
  readonly descriptors: number;
  readonly threads: number;
  readonly residentBytes: number;
}

function figuresOf({ pid }: Instance): Figures {
  return { descriptors: openDescriptors(pid), threads: threads(pid), residentBytes: residentBytes(pid) };
}

/** The last ones against those of the warm-up's end. */
function assertSteady(figures: readonly Figures[]): void {
  const early = figures.slice(WARM_UP, 2 * WARM_UP);
  const late = figures.slice(-WARM_UP);
  const least = (of: readonly Figures[], name: keyof Figures): number => Math.min(...of.map((f) => f[name]));
  const history = JSON.stringify(figures);
  assert.equal(least(late, 'descriptors'), least(early, 'descriptors'), history);
  assert.equal(least(late, 'threads'), least(early, 'threads'), history);
  const growth = least(late, 'residentBytes') - least(early, 'residentBytes');
  assert.ok(growth < MAX_GROWTH_BYTES, `grew by ${growth} bytes: ${history}`);
  assert.ok(least(late, 'residentBytes') < MAX_RESIDENT_BYTES, history);
}
