/** The bar that a person who waits sees, on a line that is written over itself. */
import { formatSpan } from './format.js';

const BAR_CHARS = 24;
/** Before it there is nothing to wait for, or to estimate from. */
const MIN_ELAPSED_MS = 400;
/** Erases a line and returns to its start. */
export const CLEAR_LINE = '\r\u001b[2K';

export interface Done {
  readonly done: number;
  readonly total: number;
  readonly elapsedMs: number;
}

/** `[########----------------]  33 %  {text}, about 4.0 s left`; empty: not yet. */
export function progressBar({ done, total, elapsedMs }: Done, text: string, columns: number): string {
  if (elapsedMs < MIN_ELAPSED_MS || total === 0) return '';
  const share = done / total;
  const filled = Math.floor(share * BAR_CHARS);
  const bar = `[${'#'.repeat(filled)}${'-'.repeat(BAR_CHARS - filled)}]`;
  const left = done === 0 ? '' : `, about ${formatSpan(roundUp((elapsedMs * (total - done)) / done))} left`;
  return `${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${text}${left}`.slice(0, columns - 1);
}

/** To whole seconds: an estimate has no more. */
function roundUp(spanMs: number): number {
  return Math.ceil(spanMs / 1000) * 1000;
}
