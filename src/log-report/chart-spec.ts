/** What a chart shows, ready for the page that draws it: figures in base units, and how they are written. */

export interface SeriesSpec {
  readonly label: string;
  /** Name of the colour in the page's style. */
  readonly color: 'up' | 'down' | 'idle' | 'loaded' | 'lost' | 'resent' | 'reordered';
  /** How far apart a reader is to see it from the others of its colour. */
  readonly dash: 'line' | 'dashed' | 'dotted';
  readonly values: readonly (number | null)[];
  /** The least and the largest where `values` are means. */
  readonly band: {
    readonly min: readonly (number | null)[];
    readonly max: readonly (number | null)[];
  } | null;
}

export interface ChartSpec {
  readonly id: string;
  readonly title: string;
  /** How to read it, in a sentence. */
  readonly reading: string;
  /** `percentile`: x is 1 / (1 - share), on a log axis; `size`: the number of a size in `sizesBytes`. */
  readonly xKind: 'time' | 'percentile' | 'size';
  readonly xTitle: string;
  readonly yTitle: string;
  readonly yUnit: string;
  /** Base units in one of `yUnit`. */
  readonly yScale: number;
  readonly isLog: boolean;
  /** Epoch ms, 1 / (1 - share), or 0, 1, 2 ... */
  readonly x: readonly number[];
  readonly series: readonly SeriesSpec[];
  /** Epoch ms, from and to. */
  readonly outages: readonly (readonly [startMs: number, endMs: number])[];
  readonly marksMs: readonly number[];
  readonly sizesBytes?: readonly number[];
  /** Of sizes: where a dashed line stands; null: nowhere. */
  readonly edgeX?: number | null;
}
