/** The links of a sweep as a process of its own, for one side of a cable. Its only argument is the options as JSON; then
 *  each line of stdin is a call, and each line of stdout an answer: first of all what it is linked to. */
import { createInterface } from 'node:readline';
import { openSweepLinks } from '../../../src/control/sweep-links.js';
import type { SweepLink, SweepOptions } from '../../../src/sweep/types.js';
import type { LinkCall } from './remote.js';

const options = JSON.parse(process.argv[2] ?? '') as SweepOptions;
const { links } = await openSweepLinks(options, (text) => process.stderr.write(`${text}\n`));
say(links.map(({ way, version, family, peerName }) => ({ way, version, family, peerName })));

for await (const line of createInterface({ input: process.stdin })) {
  const call = JSON.parse(line) as LinkCall;
  const link = links[call.link];
  if (link !== undefined) say(await answer(link, call));
}

function answer(link: SweepLink, call: LinkCall): unknown {
  switch (call.kind) {
    case 'measure':
      return link.measure(
        { round: 0, way: link.way, sizeBytes: call.sizeBytes, direction: call.direction },
        options.phaseUs,
      );
    case 'probe':
      return link.probe(call.direction, call.datagramBytes);
    case 'kernel-mtu':
      return link.kernelMtuBytes();
  }
}

function say(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
