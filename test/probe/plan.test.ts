import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expandBlock } from '../../src/probe/block.js';
import { Plan } from '../../src/probe/plan.js';
import { sectionsOf } from '../../src/probe/sections.js';
import type { ProbeGroup } from '../../src/probe/types.js';
import { silence } from '../../src/probe/verdict.js';

const GROUPS: readonly ProbeGroup[] = [
  {
    protocol: 'tcp',
    host: 'two.example',
    addresses: ['192.0.2.1', '192.0.2.2'],
    ports: [
      { from: 80, to: 81 },
      { from: 443, to: 443 },
    ],
  },
  { protocol: 'tcp', host: 'gone.example', addresses: [], ports: [{ from: 1, to: 2 }] },
  { protocol: 'udp', host: '192.0.2.3', addresses: ['192.0.2.3'], ports: [{ from: 53, to: 53 }] },
];

test('each port of each address has one number, all addresses of a port before the next port', () => {
  const plan = new Plan(GROUPS);
  const places = Array.from({ length: plan.total }, (_, i) => plan.at(i));
  assert.deepEqual(
    places.map(({ protocol, address, port }) => `${protocol} ${address} ${port}`),
    [
      'tcp 192.0.2.1 80',
      'tcp 192.0.2.2 80',
      'tcp 192.0.2.1 81',
      'tcp 192.0.2.2 81',
      'tcp 192.0.2.1 443',
      'tcp 192.0.2.2 443',
      'udp 192.0.2.3 53',
    ],
  );
  for (const index of [-1, 7, Number.NaN]) assert.throws(() => plan.at(index), RangeError);
});

test('results are told by address and port; a name without an address is told as such', () => {
  const results = [6, 4, 1].map((index) => ({
    index,
    verdict: silence('tcp'),
    elapsedUs: index,
    tries: 1,
  }));
  const sections = sectionsOf(GROUPS, results);
  assert.deepEqual(
    sections.map(({ host, address, ports }) => [host, address, ports.map(({ port }) => port)]),
    [
      ['two.example', '192.0.2.1', [443]],
      ['two.example', '192.0.2.2', [80]],
      ['gone.example', null, [1, 2]],
      ['192.0.2.3', '192.0.2.3', [53]],
    ],
  );
  assert.deepEqual(sections[2]?.ports[0]?.verdict.cause, 'unresolved');
});

const BLOCKS: readonly (readonly [host: string, bits: number, first: string, last: string, count: number])[] =
  [
    ['10.0.0.5', 24, '10.0.0.0', '10.0.0.255', 256],
    ['10.1.2.3', 32, '10.1.2.3', '10.1.2.3', 1],
    ['10.1.2.3', 31, '10.1.2.2', '10.1.2.3', 2],
    ['10.0.255.254', 15, '10.0.0.0', '10.1.255.255', 131_072],
    ['fd00::1', 120, 'fd00::', 'fd00::ff', 256],
    ['2001:db8:0:1:0:0:0:1', 127, '2001:db8:0:1::', '2001:db8:0:1::1', 2],
    ['::', 126, '::', '::3', 4],
    ['::ffff:192.0.2.1', 128, '::ffff:c000:201', '::ffff:c000:201', 1],
  ];

for (const [host, bits, first, last, count] of BLOCKS) {
  test(`${host}/${bits} is ${count} addresses from ${first} to ${last}`, () => {
    const addresses = expandBlock(host, bits);
    assert.deepEqual([addresses.length, addresses[0], addresses.at(-1)], [count, first, last]);
    assert.equal(new Set(addresses).size, count);
  });
}
