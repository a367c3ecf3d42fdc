/** The course of a sweep over links that are open: the path's MTU, then the plan, sample after sample. */
import { type Answer, MtuSearch } from './mtu-search.js';
import { planOrders } from './plan.js';
import { mtuOf, type PathMtu, type SweepResult } from './result.js';
import { autoSizes, isUdp, maxDataBytes } from './sizes.js';
import type {
  Measured,
  Order,
  Sample,
  SweepDirection,
  SweepLink,
  SweepOptions,
  Unmeasured,
} from './types.js';
import { datagramWithin } from './wire-size.js';

export type SweepEvent =
  /** A probe of the path's MTU is done; IP packet. */
  | {
      readonly kind: 'mtu-probe';
      readonly tMs: number;
      readonly direction: SweepDirection;
      readonly packetBytes: number;
      readonly outcome: Answer['kind'];
    }
  | { readonly kind: 'path'; readonly tMs: number; readonly path: PathMtu }
  | {
      readonly kind: 'plan';
      readonly tMs: number;
      readonly sizesBytes: readonly number[];
      readonly orders: number;
    }
  | { readonly kind: 'sample'; readonly sample: Sample; readonly done: number; readonly orders: number }
  /** A round is over, and others follow: what is known by its end. */
  | { readonly kind: 'round'; readonly tMs: number; readonly result: SweepResult };

/** What a sweep needs of the world. */
export interface SweepWorld {
  /** Since 1970. */
  now(): number;
  readonly stop: Stop;
  handleEvent(event: SweepEvent): void;
}

/** How a sweep is ended early: what is under way then is not waited for. */
export interface Stop {
  readonly isAsked: boolean;
  /** Resolves when it is asked for. */
  readonly asked: Promise<void>;
}

/** An order that failed in so many rounds without ever having succeeded is tried again in the last round only: each
 *  of its tries takes a whole timeout. */
const HOPELESS_ROUNDS = 2;
/** As in the search: a loss alone proves nothing. */
const MAX_AFTER_PROBES = 3;

/** Ends early, with what is known by then, when it is asked to stop. */
export async function runSweep(
  options: SweepOptions,
  links: readonly SweepLink[],
  world: SweepWorld,
): Promise<SweepResult> {
  const datagrams = links.find(({ way }) => isUdp(way)) ?? null;
  const paths = datagrams === null ? [] : await findPaths(options, datagrams, world);
  const sizesBytes = sizesOf(options, links, paths);
  const known = { carriers: links, paths, sizesBytes, isComplete: false };
  const samples = await measureAll(options, links, known, world);
  const isComplete = !world.stop.isAsked;
  const after = datagrams === null ? paths : await lookAgain(paths, datagrams, world);
  return { carriers: links, paths: after, sizesBytes, samples, isComplete };
}

async function findPaths(options: SweepOptions, link: SweepLink, world: SweepWorld): Promise<PathMtu[]> {
  const paths: PathMtu[] = [];
  for (const direction of options.directions) {
    const path = await findPath(options.sizes.kind === 'auto', direction, link, world);
    if (world.stop.isAsked) break;
    paths.push(path);
    world.handleEvent({ kind: 'path', tMs: world.now(), path });
  }
  return paths;
}

async function findPath(
  searches: boolean,
  direction: SweepDirection,
  link: SweepLink,
  world: SweepWorld,
): Promise<PathMtu> {
  const { found, problem } = searches ? await search(direction, link, world) : { found: null, problem: null };
  // Down is for the peer's system to know. Ours may have heard an ICMP message about the probes meanwhile.
  const kernelBytes = direction === 'up' ? await unless(world.stop, link.kernelMtuBytes()) : null;
  const { family } = link;
  return { direction, family, found, problem, kernelBytes, kernelAfterBytes: null, after: null };
}

async function search(
  direction: SweepDirection,
  link: SweepLink,
  world: SweepWorld,
): Promise<Pick<PathMtu, 'found' | 'problem'>> {
  const machine = new MtuSearch(link.family, await unless(world.stop, link.kernelMtuBytes()));
  for (let size = machine.next(); size !== null; size = machine.next()) {
    const outcome = await unless(world.stop, link.probe(direction, datagramWithin(link.family, size)));
    if (outcome === null) break;
    if (outcome.kind === 'impossible') return { found: null, problem: outcome.text };
    machine.handle(size, outcome);
    const { kind } = outcome;
    world.handleEvent({ kind: 'mtu-probe', tMs: world.now(), direction, packetBytes: size, outcome: kind });
  }
  return { found: machine.result, problem: null };
}

function sizesOf(
  { sizes, maxPacketSizeBytes }: SweepOptions,
  links: readonly SweepLink[],
  paths: readonly PathMtu[],
): readonly number[] {
  if (sizes.kind === 'list') return sizes.sizesBytes;
  const mtus = paths.flatMap((path) => mtuOf(path) ?? []);
  return autoSizes(links, mtus, maxPacketSizeBytes);
}

async function measureAll(
  options: SweepOptions,
  links: readonly SweepLink[],
  known: Omit<SweepResult, 'samples'>,
  world: SweepWorld,
): Promise<Sample[]> {
  const { sizesBytes } = known;
  const orders = planOrders(options, sizesBytes);
  const samples: Sample[] = [];
  const hopes = new Hopes(options.rounds);
  world.handleEvent({ kind: 'plan', tMs: world.now(), sizesBytes, orders: orders.length });
  for (const [index, order] of orders.entries()) {
    if (world.stop.isAsked) break;
    const newest = samples.at(-1);
    if (newest !== undefined && order.round !== orders[index - 1]?.round)
      world.handleEvent({ kind: 'round', tMs: newest.tMs, result: { ...known, samples: [...samples] } });
    if (!hopes.isWorthIt(order)) continue;
    const link = links.find(({ way }) => way === order.way)!;
    const outcome = await unless(world.stop, measure(link, order, options.phaseUs));
    if (outcome === null) break;
    hopes.handle(order, outcome);
    const sample = { ...order, tMs: world.now(), outcome };
    samples.push(sample);
    world.handleEvent({ kind: 'sample', sample, done: index + 1, orders: orders.length });
  }
  return samples;
}

async function measure(link: SweepLink, order: Order, phaseUs: number): Promise<Measured | Unmeasured> {
  const maxBytes = isUdp(link.way) ? maxDataBytes(link) : Number.POSITIVE_INFINITY;
  if (order.sizeBytes <= maxBytes) return link.measure(order, phaseUs);
  return {
    kind: 'unmeasured',
    code: 'EMSGSIZE',
    text: `no datagram carries more than ${maxBytes} bytes of data here`,
  };
}

/** What has been found out may have changed since. */
async function lookAgain(
  paths: readonly PathMtu[],
  link: SweepLink,
  world: SweepWorld,
): Promise<readonly PathMtu[]> {
  const seen: PathMtu[] = [];
  for (const path of paths) {
    const { direction, found } = path;
    const kernelAfterBytes = direction === 'up' ? await unless(world.stop, link.kernelMtuBytes()) : null;
    const after = found?.mtuBytes == null ? null : await lookAt(direction, found.mtuBytes, link, world);
    seen.push({ ...path, kernelAfterBytes, after });
  }
  return seen;
}

async function lookAt(
  direction: SweepDirection,
  mtuBytes: number,
  link: SweepLink,
  world: SweepWorld,
): Promise<PathMtu['after']> {
  const passes = async (packetBytes: number, tries: number): Promise<boolean> => {
    for (let left = tries; left > 0 && !world.stop.isAsked; left--) {
      const outcome = await unless(
        world.stop,
        link.probe(direction, datagramWithin(link.family, packetBytes)),
      );
      if (outcome?.kind === 'arrived') return true;
      if (outcome?.kind === 'refused') return false;
    }
    return false;
  };
  const isCarried = await passes(mtuBytes, MAX_AFTER_PROBES);
  const isExceeded = isCarried && (await passes(mtuBytes + 1, 1));
  if (world.stop.isAsked) return null;
  if (!isCarried) return 'smaller';
  return isExceeded ? 'larger' : 'same';
}

/** Which orders never succeed. */
class Hopes {
  readonly #lastRound: number;
  readonly #failures = new Map<string, number>();

  constructor(rounds: number) {
    this.#lastRound = rounds - 1;
  }

  isWorthIt(order: Order): boolean {
    return order.round === this.#lastRound || (this.#failures.get(keyOf(order)) ?? 0) < HOPELESS_ROUNDS;
  }

  handle(order: Order, outcome: Measured | Unmeasured): void {
    const key = keyOf(order);
    const arrived = outcome.kind === 'measured' && outcome.packets > 0;
    this.#failures.set(key, arrived ? Number.NEGATIVE_INFINITY : (this.#failures.get(key) ?? 0) + 1);
  }
}

function keyOf({ way, direction, sizeBytes }: Order): string {
  return `${way} ${direction} ${sizeBytes}`;
}

/** null: it was asked to stop first. */
async function unless<T>(stop: Stop, awaited: Promise<T>): Promise<T | null> {
  return stop.isAsked ? null : Promise.race([awaited, stop.asked.then(() => null)]);
}
