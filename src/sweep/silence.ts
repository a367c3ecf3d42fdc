/** Sizes of which nothing arrives, and sizes of which nothing arrives any more. */
import type { Sample, SweepDirection, Way } from './types.js';

/** Neighbouring sizes that fail alike. */
export interface SilentBand {
  readonly fromBytes: number;
  readonly toBytes: number;
  readonly code: string;
  readonly text: string;
}

/** In the middle of the sweep the path began to carry less, or more. */
export interface Turn {
  readonly way: Way;
  readonly direction: SweepDirection;
  /** `lost`: what arrived before does so no more. */
  readonly kind: 'lost' | 'found';
  readonly fromBytes: number;
  readonly toBytes: number;
  /** The first that saw it otherwise; from 0. */
  readonly round: number;
}

/** Answers to a question nobody got: the other codes say that it was never put on the way. */
const SILENT_CODES: ReadonlySet<string> = new Set(['TIMEOUT', 'EMSGSIZE']);
/** On each side of a turn: fewer may be an accident. */
const MIN_WITNESSES = 2;

/** @param samples of one way and direction */
export function silentBands(samples: readonly Sample[]): SilentBand[] {
  const sizes = bySize(samples);
  const bands: SilentBand[] = [];
  let isOpen = false;
  for (const [sizeBytes, of] of sizes) {
    const cause = silenceOf(of);
    const last = bands.at(-1);
    if (cause !== null) {
      if (isOpen && last?.code === cause.code) bands[bands.length - 1] = { ...last, toBytes: sizeBytes };
      else bands.push({ fromBytes: sizeBytes, toBytes: sizeBytes, ...cause });
    }
    isOpen = cause !== null;
  }
  return bands;
}

/** Claimed only where it is plain: every size either keeps its state or changes it once, all in the same round or the
 *  next, and others arrive throughout. @param samples of one way and direction; null: no such thing */
export function findTurn(samples: readonly Sample[]): Turn | null {
  const sizes = bySize(samples).map(([sizeBytes, of]) => ({ sizeBytes, states: statesOf(of) }));
  const turned = sizes.filter(({ states }) => states.length > 0 && new Set(states.map(arrives)).size === 2);
  const isSteady = sizes.some(({ states }) => states.length > 1 && states.every(arrives));
  const steps = turned.map(({ states }) => stepOf(states));
  const [first] = steps;
  if (first === undefined || first === null || !isSteady) return null;
  const known = steps.filter((step) => step !== null);
  const rounds = known.map(({ round }) => round);
  const isOne = known.length === steps.length && known.every(({ kind }) => kind === first.kind);
  const before = known.reduce((sum, step) => sum + step.before, 0);
  const behind = known.reduce((sum, step) => sum + step.behind, 0);
  const isWitnessed = Math.min(before, behind) >= MIN_WITNESSES;
  if (!isOne || !isWitnessed || Math.max(...rounds) - Math.min(...rounds) > 1) return null;
  const { way, direction } = samples[0]!;
  const [fromBytes, toBytes] = [turned[0]!.sizeBytes, turned.at(-1)!.sizeBytes];
  return { way, direction, kind: first.kind, fromBytes, toBytes, round: Math.min(...rounds) };
}

interface State {
  readonly round: number;
  readonly arrived: boolean;
}

interface Step {
  readonly kind: Turn['kind'];
  readonly round: number;
  readonly before: number;
  readonly behind: number;
}

function arrives({ arrived }: State): boolean {
  return arrived;
}

/** null: it changed more than once. */
function stepOf(states: readonly State[]): Step | null {
  const [first] = states;
  const at = states.findIndex(({ arrived }) => arrived !== first!.arrived);
  if (states.slice(at).some(({ arrived }) => arrived === first!.arrived)) return null;
  return {
    kind: first!.arrived ? 'lost' : 'found',
    round: states[at]!.round,
    before: at,
    behind: states.length - at,
  };
}

/** In the order of the rounds; rounds that say nothing about the path are left out. */
function statesOf(samples: readonly Sample[]): State[] {
  return samples.flatMap(({ round, outcome }) => {
    if (outcome.kind === 'measured') return [{ round, arrived: outcome.packets > 0 }];
    return SILENT_CODES.has(outcome.code) ? [{ round, arrived: false }] : [];
  });
}

/** null: something arrived. */
function silenceOf(samples: readonly Sample[]): Pick<SilentBand, 'code' | 'text'> | null {
  let cause: Pick<SilentBand, 'code' | 'text'> | null = null;
  for (const { outcome } of samples) {
    if (outcome.kind === 'unmeasured') cause = { code: outcome.code, text: outcome.text };
    else if (outcome.packets > 0) return null;
    else cause ??= { code: 'TIMEOUT', text: 'nothing arrived' };
  }
  return cause;
}

function bySize(samples: readonly Sample[]): [sizeBytes: number, of: Sample[]][] {
  const sizes = new Map<number, Sample[]>();
  for (const sample of samples.toSorted((a, b) => a.round - b.round)) {
    const known = sizes.get(sample.sizeBytes);
    if (known === undefined) sizes.set(sample.sizeBytes, [sample]);
    else known.push(sample);
  }
  return [...sizes].sort(([a], [b]) => a - b);
}
