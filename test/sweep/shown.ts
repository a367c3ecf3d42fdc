/** A whole sweep over fake links, as a reporter shows it. */
import type { SweepReporter } from '../../src/report/sweep/reporter.js';
import { sentencesOf } from '../../src/report/sweep/words.js';
import { curvesOf } from '../../src/sweep/curve.js';
import { runSweep } from '../../src/sweep/run.js';
import type { SweepOptions } from '../../src/sweep/types.js';
import { verdictOf } from '../../src/sweep/verdict.js';
import { FakeLink, type FakePath } from './fake-links.js';

const START_MS = 1_795_454_730_299;

/** All that a reporter says of a sweep, whose clock goes on by 310 ms an event. */
export async function shown(reporter: SweepReporter, options: SweepOptions, path: FakePath): Promise<string> {
  let tMs = START_MS;
  const texts: string[] = [];
  const say = (more: Iterable<string>): void => void texts.push(...more);
  const links = options.ways.map((way, at) => new FakeLink(way, path, at + 1));
  say(reporter.head({ tMs, version: '0.1.0', options, carriers: links }));
  const world = {
    now: () => {
      tMs += 310;
      return tMs;
    },
    stop: { isAsked: false, asked: new Promise<void>(() => {}) },
    handleEvent: (event: Parameters<SweepReporter['event']>[0]) => say(reporter.event(event)),
  };
  const result = await runSweep(options, links, world);
  const sentences = sentencesOf(verdictOf(result), result.sizesBytes, false);
  const elapsedMs = tMs - START_MS;
  say(reporter.end({ tMs, elapsedMs, result, curves: curvesOf(result), sentences }));
  return texts.join('');
}
