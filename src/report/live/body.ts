/** The middle of the screen: a block a row where all fit; else a line a row, and the selected one in full. Only
 *  the lines in sight are laid out. */
import type { PeerSnapshot } from '../../stats/snapshot.js';
import { type BlockContext, blockHeight, blockLines } from './block.js';
import { EMPTY_LINE, type Line, span } from './line.js';
import { headerLine, listColumns, rowLine } from './list.js';
import type { Section } from './order.js';
import type { Rates } from './rates.js';

export interface BodyContext extends BlockContext {
  readonly height: number;
  readonly rates: Rates;
  readonly selected: PeerSnapshot | null;
  /** The line of the list that was on top last. */
  readonly top: number;
}

interface Body {
  readonly lines: readonly Line[];
  readonly top: number;
}

/** A line of air, a section's title and its column headers. */
const HEAD_LINES = 3;
/** Blocks need no column headers. */
const BLOCKS_HEAD_LINES = 2;
/** Around the selected block, for it to be seen among its neighbours. */
const NEIGHBOUR_LINES = 3;

export function bodyLines(sections: readonly Section[], context: BodyContext): Body {
  for (const fitting of [context, brief(context)]) {
    if (blocksHeight(sections, fitting) > context.height) continue;
    return { lines: sections.flatMap((section) => sectionBlocks(section, fitting)), top: 0 };
  }
  return new List(sections, expanding(context, context.height)).window();
}

/** Rows that a page key moves by. */
export function rowsInSight(context: BlockContext, height: number): number {
  const block = expanding(context, height);
  return Math.max(1, height - HEAD_LINES - (isExpanding(block, height) ? blockHeight(block) : 0));
}

function blocksHeight(sections: readonly Section[], context: BlockContext): number {
  return sections.reduce(
    (sum, { peers }) => sum + BLOCKS_HEAD_LINES + peers.length * blockHeight(context),
    0,
  );
}

function sectionBlocks({ title, peers }: Section, context: BodyContext): Line[] {
  const blocks = peers.flatMap((peer) => block(peer, context));
  return [EMPTY_LINE, titleLine(title), ...blocks];
}

function block(peer: PeerSnapshot, context: BodyContext): Line[] {
  return blockLines(peer, context.rates.of(peer.id), peer.id === context.selected?.id, context);
}

function brief<Context extends BlockContext>(context: Context): Context {
  return { ...context, isBrief: true };
}

/** For the selected row: as much as finds room. */
function expanding<Context extends BlockContext>(context: Context, height: number): Context {
  return isExpanding(context, height) ? context : brief(context);
}

function isExpanding(context: BlockContext, height: number): boolean {
  return height >= HEAD_LINES + blockHeight(context) + NEIGHBOUR_LINES;
}

/** All lines of the list, each of which is made when it is asked for. */
class List {
  readonly #sections: readonly Section[];
  readonly #context: BodyContext;
  readonly #columns;
  /** Of the selected row, in full; a line where there is no room for that. */
  readonly #selected: readonly Line[];
  /** Of each section, where the selected row is in it; -1: elsewhere. */
  readonly #selectedAts: readonly number[];

  constructor(sections: readonly Section[], context: BodyContext) {
    const { width, height, selected } = context;
    this.#sections = sections;
    this.#context = context;
    this.#columns = listColumns(width, context.bits);
    this.#selectedAts = sections.map(({ peers }) => (selected === null ? -1 : peers.indexOf(selected)));
    if (selected === null) this.#selected = [];
    else if (isExpanding(context, height)) this.#selected = block(selected, context);
    else this.#selected = [mark(rowLine(selected, this.#columns, context))];
  }

  window(): Body {
    const { height } = this.#context;
    const starts: number[] = [];
    let total = 0;
    let first = 0;
    for (const [number, section] of this.#sections.entries()) {
      starts.push(total);
      const at = this.#selectedAts[number] ?? -1;
      if (at >= 0) first = total + HEAD_LINES + at;
      total += HEAD_LINES + section.peers.length + (at < 0 ? 0 : this.#selected.length - 1);
    }
    const top = scrolledTop(this.#context.top, { first, last: first + this.#selected.length, total, height });
    const lines = Array.from({ length: Math.min(height, total - top) }, (_, row) =>
      this.#lineAt(starts, top + row),
    );
    return { lines, top };
  }

  #lineAt(starts: readonly number[], index: number): Line {
    const number = starts.findLastIndex((start) => start <= index);
    const section = this.#sections[number];
    if (section === undefined) return EMPTY_LINE;
    const at = index - (starts[number] ?? 0);
    if (at === 0) return EMPTY_LINE;
    if (at === 1) return titleLine(section.title);
    if (at === 2) return headerLine(this.#columns, this.#context.width);
    return this.#rowAt(section, this.#selectedAts[number] ?? -1, at - HEAD_LINES);
  }

  #rowAt(section: Section, selectedAt: number, at: number): Line {
    const extra = this.#selected.length - 1;
    if (selectedAt >= 0 && at >= selectedAt && at <= selectedAt + extra) {
      return this.#selected[at - selectedAt] ?? EMPTY_LINE;
    }
    const peer = section.peers[selectedAt >= 0 && at > selectedAt ? at - extra : at];
    return peer === undefined ? EMPTY_LINE : rowLine(peer, this.#columns, this.#context);
  }
}

interface Extent {
  /** The selected lines: from the first to before the last. */
  readonly first: number;
  readonly last: number;
  readonly total: number;
  readonly height: number;
}

/** Moved no further than needed for the selected lines to be in sight, and a section's head with its first row. */
function scrolledTop(top: number, { first, last, total, height }: Extent): number {
  const lowest = first <= HEAD_LINES ? 0 : first;
  const inSight = Math.min(Math.max(top, last - height), lowest);
  return Math.max(0, Math.min(inSight, total - height));
}

function titleLine(title: string): Line {
  return [span(` ${title}`, 'strong')];
}

function mark(line: Line): Line {
  return [span(' > ', 'emphasis'), ...line.slice(1)];
}
