import { isSame } from './runs.js';
import type { PortResult, Section } from './sections.js';

/** Neighbours among the addresses of one target that answer alike at every port. */
export interface Alike {
  /** Of the first, with the longest times of all of them. */
  readonly section: Section;
  readonly count: number;
  readonly lastAddress: string | null;
}

export function gatherAlike(sections: readonly Section[]): Alike[] {
  const gathered: Alike[] = [];
  for (const section of sections) {
    const last = gathered.at(-1);
    if (last === undefined || !areAlike(last.section, section)) {
      gathered.push({ section, count: 1, lastAddress: section.address });
      continue;
    }
    const ports = last.section.ports.map((result, i) => longest(result, section.ports[i]!));
    gathered[gathered.length - 1] = {
      section: { ...last.section, ports },
      count: last.count + 1,
      lastAddress: section.address,
    };
  }
  return gathered;
}

function areAlike(a: Section, b: Section): boolean {
  if (a.protocol !== b.protocol || a.host !== b.host || a.ports.length !== b.ports.length) return false;
  return a.ports.every(({ port, verdict }, i) => {
    const other = b.ports[i]!;
    return port === other.port && verdict.cause !== 'conntest' && isSame(verdict, other.verdict);
  });
}

function longest(a: PortResult, b: PortResult): PortResult {
  return { ...a, elapsedUs: Math.max(a.elapsedUs, b.elapsedUs), tries: Math.max(a.tries, b.tries) };
}
