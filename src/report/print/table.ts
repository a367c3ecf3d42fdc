/** Tables in plain lines: no borders, one line a row, two spaces between columns. */
import Table from 'cli-table3';

export interface TableColumn {
  readonly header: string;
  readonly align: 'left' | 'right';
}

/** Two, so that a unit (`1.20 ms`) stays nearer to its own figure than to its neighbour's. */
export const COLUMN_GAP = '  ';

const NO_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: COLUMN_GAP,
} as const;

/** One line for the headers and one for each row; cells may hold colours, but no line breaks. Lines
 *  carry no trailing blanks. */
export function renderTable(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): string[] {
  const table = new Table({
    head: columns.map((column) => column.header),
    colAligns: columns.map((column) => column.align),
    chars: NO_BORDERS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) table.push([...row]);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}
