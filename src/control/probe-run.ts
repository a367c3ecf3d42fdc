import { maxDescriptors } from '../io/descriptors.js';
import { resolveHost } from '../io/resolve.js';
import type { ProbeTarget } from '../options/addresses/probe-target.js';
import type { ProbeOptions } from '../options/probe.js';
import { expandBlock } from '../probe/block.js';
import { Plan } from '../probe/plan.js';
import { type Section, sectionsOf } from '../probe/sections.js';
import type { ProbeGroup, ProbeResult } from '../probe/types.js';
import { ProbePool } from './probe-pool.js';

/** What the threads, their loops and stdio have open besides: about 30, and 16 a thread. */
const OWN_DESCRIPTORS = 64;
const THREAD_DESCRIPTORS = 16;
/** Where the system doesn't say what a process may have: macOS's default. */
const ASSUMED_DESCRIPTORS = 256;

export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly open: number;
  readonly elapsedMs: number;
}

export interface Round {
  readonly sections: readonly Section[];
  /** Ports without a result: the round was cut short. */
  readonly missing: number;
  readonly elapsedMs: number;
}

/** Resolves the targets once, and probes them as often as it is asked to. */
export class ProbeRun {
  /** Tries under way at once: as wanted, or as many as the system lets. */
  readonly parallel: number;
  readonly #options: ProbeOptions;
  readonly #name: string;
  readonly #pool: ProbePool;
  readonly #groups: Promise<readonly ProbeGroup[]>;

  /** @param name what we call ourselves in a Hello */
  constructor(options: ProbeOptions, name: string) {
    this.#options = options;
    this.#name = name;
    this.parallel = Math.min(options.parallel, mostAtOnce(options.workers));
    this.#pool = new ProbePool(Math.min(options.workers, this.parallel));
    this.#groups = Promise.all(options.targets.map(resolveTarget));
  }

  async round(handleProgress: (progress: Progress) => void): Promise<Round> {
    const groups = await this.#groups;
    const startMs = performance.now();
    const { total } = new Plan(groups);
    const results = new Array<ProbeResult | undefined>(total);
    let done = 0;
    let open = 0;
    const { timeoutMs, tries, asksTcp, ratePerS } = this.#options;
    const settings = { timeoutMs, tries, name: this.#name, asksTcp };
    await this.#pool.run({ groups, settings, parallel: this.parallel, ratePerS }, (batch) => {
      for (const result of batch) {
        results[result.index] = result;
        if (result.verdict.state === 'open') open++;
      }
      done += batch.length;
      handleProgress({ done, total, open, elapsedMs: performance.now() - startMs });
    });
    const elapsedMs = performance.now() - startMs;
    return { sections: sectionsOf(groups, results), missing: total - done, elapsedMs };
  }

  /** Cuts a running round short. */
  stop(): void {
    this.#pool.stop();
  }

  async destroy(): Promise<void> {
    await this.#pool.destroy();
  }
}

function mostAtOnce(workers: number): number {
  const own = OWN_DESCRIPTORS + THREAD_DESCRIPTORS * workers;
  return Math.max(1, (maxDescriptors() ?? ASSUMED_DESCRIPTORS) - own);
}

async function resolveTarget({
  protocol,
  host,
  family,
  prefixBits,
  ports,
}: ProbeTarget): Promise<ProbeGroup> {
  if (prefixBits !== null) {
    const block = `${host}/${prefixBits}`;
    return { protocol, host: block, addresses: expandBlock(host, prefixBits), ports };
  }
  // A name that does not resolve is a finding, and is told as one.
  const found = await resolveHost(host, family).catch(() => []);
  return { protocol, host, addresses: [...new Set(found.map(({ address }) => address))], ports };
}
