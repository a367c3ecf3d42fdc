/** What a snapshot's line says of its rows before they begin: most of a long log is rows, and these figures are all that
 *  a report needs of them. */
import { type Fields, fieldsOf, numberOf, timeOf } from './fields.js';
import { CountList, type SideFigures, type SnapshotFigures } from './snapshot-figures.js';
import { parsed } from './snapshot-reader.js';
import { LOSSES } from './timeline.js';

/** A snapshot whose rows were left alone. */
export interface Totals {
  readonly figures: SnapshotFigures;
  readonly tMs: number;
}

const ROWS = Buffer.from('"clients":[');
const OBJECT_END = 0x7d;

/** @param end where the line's newline is
 *  @returns null: its rows have to be read, as in the logs of former versions or a line that is no whole object */
export function readTotals(bytes: Buffer, start: number, end: number): Totals | null {
  if (bytes[end - 1] !== OBJECT_END) return null;
  const rowsAt = bytes.subarray(start, end).indexOf(ROWS);
  if (rowsAt === -1) return null;
  const head = parsed(`${bytes.toString('latin1', start, start + rowsAt)}${ROWS}]}`);
  const tMs = timeOf(head?.t_ms);
  if (head === null || tMs === null) return null;
  const [clients, servers] = [figuresOf(head.clients_total), figuresOf(head.servers_total)];
  return clients === undefined || servers === undefined ? null : { figures: { clients, servers }, tMs };
}

/** null: the side has no rows; undefined: it is not known of them. */
function figuresOf(value: unknown): SideFigures | null | undefined {
  if (value === null) return null;
  const total = fieldsOf(value);
  if (!NAMES.every((name) => name in total)) return undefined;
  const [idle, loaded] = [new CountList(), new CountList()];
  const badHistograms =
    idle.addHistogram(total.latency_hdr_base64) + loaded.addHistogram(total.latency_loaded_hdr_base64);
  return {
    upBps: numberOf(total.up_rate_bps),
    downBps: numberOf(total.down_rate_bps),
    idle: idle.counts(),
    loaded: loaded.counts(),
    losses: lossesOf(total),
    badHistograms,
  };
}

const NAMES = [
  'up_rate_bps',
  'down_rate_bps',
  ...LOSSES.map((loss) => `packets_${loss}`),
  'latency_hdr_base64',
  'latency_loaded_hdr_base64',
];

function lossesOf(total: Fields): SideFigures['losses'] {
  const [lost, resent, reordered] = LOSSES.map((loss) => numberOf(total[`packets_${loss}`]));
  const isCounted = [lost, resent, reordered].some((count) => count !== null);
  if (!isCounted) return null;
  return { kind: 'increase', lost: lost ?? 0, resent: resent ?? 0, reordered: reordered ?? 0 };
}
