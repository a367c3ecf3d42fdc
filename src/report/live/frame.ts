/** Lines -> what a terminal must be told for them to stand on its screen. */
import type { Paint } from '../print/palette.js';
import type { Line } from './line.js';

/** A terminal that knows synchronized updates shows a frame whole; the others ignore these. */
const BEGIN = '\u001b[?2026h';
const END = '\u001b[?2026l';
const CLEAR = '\u001b[2J';
const ERASE_REST = '\u001b[K';

/** Remembers what the terminal shows: a frame costs what has changed. */
export class Frames {
  readonly #paint: Paint;
  #shown: readonly string[] | null = null;

  constructor(paint: Paint) {
    this.#paint = paint;
  }

  /** The screen is no longer what was drawn last: resized, or written on by others. */
  forget(): void {
    this.#shown = null;
  }

  /** Empty when nothing has changed. */
  draw(lines: readonly Line[]): string {
    const painted = lines.map((line) => line.map(({ tone, text }) => this.#paint(tone, text)).join(''));
    const shown = this.#shown;
    this.#shown = painted;
    const changes = painted.flatMap((text, row) =>
      text === shown?.[row] ? [] : `\u001b[${row + 1};1H${text}${ERASE_REST}`,
    );
    if (changes.length === 0) return '';
    return `${BEGIN}${shown === null ? CLEAR : ''}${changes.join('')}${END}`;
  }
}
