import { listPorts } from '../options/addresses/ports.js';
import type { Protocol } from '../options/types.js';
import { Plan } from './plan.js';
import type { ProbeGroup, ProbeResult, Verdict } from './types.js';
import { UNRESOLVED } from './verdict.js';

export interface PortResult extends Omit<ProbeResult, 'index'> {
  readonly port: number;
}

/** The results of one address over one protocol. */
export interface Section {
  readonly protocol: Protocol;
  /** As the user wrote it. */
  readonly host: string;
  /** null: the name has none. */
  readonly address: string | null;
  /** By port. A port without a result, in a round that was cut short, is not among them. */
  readonly ports: readonly PortResult[];
}

/** @param results by index; undefined: none yet */
export function sectionsOf(
  groups: readonly ProbeGroup[],
  results: readonly (ProbeResult | undefined)[],
): Section[] {
  const plan = new Plan(groups);
  const sections = groups.map((group) => sectionsOfGroup(group));
  for (const result of results) {
    if (result === undefined) continue;
    const { index, ...rest } = result;
    const { group, port, place } = plan.at(index);
    sections[group]![place]!.ports.push({ port, ...rest });
  }
  return sections.flat();
}

function sectionsOfGroup({
  protocol,
  host,
  addresses,
  ports,
}: ProbeGroup): (Section & { ports: PortResult[] })[] {
  if (addresses.length > 0) return addresses.map((address) => ({ protocol, host, address, ports: [] }));
  return [
    { protocol, host, address: null, ports: listPorts(ports).map((port) => notTried(port, UNRESOLVED)) },
  ];
}

function notTried(port: number, verdict: Verdict): PortResult {
  return { port, verdict, elapsedUs: 0, tries: 0 };
}
