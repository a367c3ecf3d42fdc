import { formatCount } from '../print/format.js';
import { type Done, progressBar } from '../print/progress-bar.js';

interface Progress extends Done {
  readonly open: number;
}

/** `[########----------------]  33 %  340 of 1,024, 3 open, about 4.0 s left`; empty: not yet. */
export function progressLine(progress: Progress, columns: number): string {
  const { done, total, open } = progress;
  const text = `${formatCount(done)} of ${formatCount(total)}, ${formatCount(open)} open`;
  return progressBar(progress, text, columns);
}
