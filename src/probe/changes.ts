import { isSame } from './runs.js';
import type { PortResult, Section } from './sections.js';

/** Ports of a section whose answer is another than in the round before. */
export interface Change {
  readonly section: Section;
  readonly before: PortResult;
  readonly now: PortResult;
}

/** In the order of the sections. Ports without a result in one of the rounds have not changed.
 *  @param before of the same plan */
export function changesOf(before: readonly Section[], now: readonly Section[]): Change[] {
  return now.flatMap((section, i) => {
    const known = new Map(before[i]?.ports.map((result) => [result.port, result]));
    return section.ports.flatMap((result) => {
      const old = known.get(result.port);
      if (old === undefined || isSame(old.verdict, result.verdict)) return [];
      return [{ section, before: old, now: result }];
    });
  });
}
