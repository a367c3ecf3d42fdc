/** Keeps a storm of events (1,000 connections at once, a network that went away) to a few lines: the
 *  first of each kind are shown as they come, the others become one line at the next table. */
import type { RunEvent } from '../../control/events.js';
import { printable, TABLE_NAME_CHARS } from '../print/ascii.js';
import { formatCount } from '../print/format.js';

/** Enough to see what is going on, few enough to read within a second. */
const MAX_EVENTS_SHOWN = 5;
/** Codes told apart in a sum; the commonest come first. */
const MAX_CODES_NAMED = 3;

const STORM_WORDS = {
  listening: 'more addresses listened on',
  'listen-failed': 'more addresses that cannot be listened on',
  connected: 'more connected',
  hello: 'more said hello',
  measured: 'more answer',
  refused: 'more phases refused',
  lost: 'more lost',
  failed: 'more tries failed',
  'shard-died': 'more shards died',
  notice: 'more notices',
} as const;

type StormType = keyof typeof STORM_WORDS;

interface Tally {
  shown: number;
  omitted: number;
  readonly codes: Map<string, number>;
}

export class EventBundle {
  readonly #tallies = new Map<StormType, Tally>();

  /** True: show it now. False: it is counted for drain(). */
  admit(event: RunEvent): boolean {
    if (!isStormType(event.type)) return true;
    const tally = this.#tally(event.type);
    if (tally.shown < MAX_EVENTS_SHOWN) {
      tally.shown += 1;
      return true;
    }
    tally.omitted += 1;
    if ('cause' in event) tally.codes.set(event.cause.code, (tally.codes.get(event.cause.code) ?? 0) + 1);
    return false;
  }

  /** One line for each kind that had more than was shown; the counting starts anew. */
  drain(): string[] {
    const lines = [...this.#tallies]
      .filter(([, tally]) => tally.omitted > 0)
      .map(
        ([type, tally]) => `... and ${formatCount(tally.omitted)} ${STORM_WORDS[type]}${codesText(tally)}`,
      );
    this.#tallies.clear();
    return lines;
  }

  #tally(type: StormType): Tally {
    const known = this.#tallies.get(type);
    if (known !== undefined) return known;
    const fresh: Tally = { shown: 0, omitted: 0, codes: new Map() };
    this.#tallies.set(type, fresh);
    return fresh;
  }
}

function isStormType(type: RunEvent['type']): type is StormType {
  return Object.hasOwn(STORM_WORDS, type);
}

function codesText({ codes }: Tally): string {
  if (codes.size === 0) return '';
  const commonest = [...codes].sort(([, a], [, b]) => b - a).slice(0, MAX_CODES_NAMED);
  const words = commonest.map(
    ([code, count]) => `${formatCount(count)} ${printable(code, TABLE_NAME_CHARS)}`,
  );
  return `: ${words.join(', ')}${codes.size > MAX_CODES_NAMED ? ', ...' : ''}`;
}
