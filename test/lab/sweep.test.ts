/** `conntest sweep` as a user gives it, over a path whose middle is narrow, and against an original. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadBatchCalls } from '../../src/io/batch/calls.js';
import { type Lifetime, spawnChild } from '../support/children.js';
import { CLI_PATH, startListener } from '../support/instance.js';
import { makeLab, RIGHT_IP, whyNoLab } from '../support/netns.js';
import { makePath, type Path, SERVER_IPS } from '../support/path.js';

const PORT = 1234;
const lab = { skip: whyNoLab() || (loadBatchCalls().reason ?? false) };
const QUICK = ['--phase', '20ms', '-r', '1', '--ui', 'json'];

type Line = Readonly<Record<string, unknown>>;

describe('a sweep', { concurrency: 4 }, () => {
  test('the MTU of a black hole is found to the byte, and called one', lab, async (t) => {
    const path = await startPath(t, 1400);
    path.dropIcmp();
    const lines = await sweep(t, path.prefix('client'), [`udp://${SERVER_IPS[4]}:${PORT}`, ...QUICK]);
    for (const direction of ['up', 'down']) {
      const found = one(lines, 'mtu', direction);
      assert.deepEqual([found.mtu_bytes, found.above], [1400, 'lost']);
    }
    assert.equal(one(lines, 'mtu', 'up').kernel_mtu_bytes, 1500);
    one(lines, 'verdict', 'up', 'black-hole');
  });

  test('an MTU that ICMP tells of is no black hole', lab, async (t) => {
    const path = await startPath(t, 1400);
    const lines = await sweep(t, path.prefix('client'), [`udp://${SERVER_IPS[4]}:${PORT}`, ...QUICK]);
    for (const direction of ['up', 'down']) assert.equal(one(lines, 'mtu', direction).mtu_bytes, 1400);
    assert.equal(one(lines, 'mtu', 'up').refused_mtu_bytes, 1400);
    assert.doesNotMatch(String(one(lines, 'verdict', 'up', 'mtu').text), /black hole/);
  });

  test('an MTU that falls while sizes are measured is told as one that changed', lab, async (t) => {
    const path = await startPath(t, 1400);
    path.dropIcmp();
    const narrow = ({ type }: Line) => type === 'plan' && path.setMtu(1300);
    const lines = await sweep(t, path.prefix('client'), [`udp://${SERVER_IPS[4]}:${PORT}`, ...QUICK], narrow);
    assert.equal(one(lines, 'mtu', 'up').mtu_bytes, 1400);
    one(lines, 'verdict', 'up', 'mtu-changed');
  });

  test('an original is swept', lab, async (t) => {
    const cable = makeLab(t);
    const program = fileURLToPath(new URL('../support/original/main.js', import.meta.url));
    const server = cable.on('right').prefix ?? [];
    const original = spawnChild(t, [...server, process.execPath, program, String(PORT)]);
    await once(original.stdout!, 'data');
    const args = [`udp://${RIGHT_IP}:${PORT}`, '--sizes', '200,1400,3000,8000', ...QUICK];
    const lines = await sweep(t, cable.on('left').prefix ?? [], args);
    const samples = lines.filter(({ type }) => type === 'sample');
    assert.equal(samples.length, 8);
    for (const { packet_size_bytes: sizeBytes, goodput_bps: rateBps, code } of samples) {
      if (sizeBytes === 8000) assert.equal(code, 'UNSUPPORTED');
      else assert.ok(Number(rateBps) > 0, `${sizeBytes}: ${code}`);
    }
  });
});

/** Ends when the sweep has. */
async function sweep(
  t: Lifetime,
  prefix: readonly string[],
  args: readonly string[],
  handleLine: (line: Line) => void = () => {},
): Promise<Line[]> {
  const child = spawnChild(t, [...prefix, process.execPath, CLI_PATH, 'sweep', ...args]);
  const lines: Line[] = [];
  for await (const text of createInterface({ input: child.stdout! })) {
    const line = JSON.parse(text) as Line;
    lines.push(line);
    handleLine(line);
  }
  return lines;
}

function one(lines: readonly Line[], type: string, direction: string, kind?: string): Line {
  const found = lines.filter(
    (line) =>
      line.type === type && line.direction === direction && (kind === undefined || line.kind === kind),
  );
  assert.ok(found[0], `no ${type} ${direction} in ${JSON.stringify(lines.at(-1))}`);
  return found[0];
}

async function startPath(t: Lifetime, mtuBytes: number): Promise<Path> {
  const path = makePath(t, mtuBytes);
  await startListener(t, [], `udp:[::]:${PORT}`, { prefix: path.prefix('server') });
  return path;
}
