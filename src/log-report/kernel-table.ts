/** What the system tells of each peer's sockets, next to what conntest has measured itself. */
import { type Fields, fieldsOf, numberOf } from '../analysis/fields.js';
import { formatBytes, formatCount, formatLatency, formatRate } from '../report/print/format.js';
import { figure, identity, long, named } from './cells.js';
import type { Table } from './tables.js';

/** @param rows as in docs/json.md; those of which the system tells nothing are left out */
export function kernelTable(rows: readonly Fields[], bits: boolean): Table {
  const names = [
    'rtt',
    'rttvar',
    'least',
    'cwnd',
    'pacing',
    'delivery',
    're-sent',
    'path MTU',
    'queue drops',
  ];
  return {
    title: "The system's own figures",
    reading:
      "As they stood at the end. Over TCP the system's view of its connections: the whole round trip, its window, its rates and segments sent again; over UDP rtt and window are those of conntest's own engine, and drops are datagrams that found the receive queue full.",
    columns: [named('peer'), long('target'), ...names.map(figure)],
    rows: rows
      .map((row) => ({ row, cells: cellsOf(row, bits) }))
      .filter(({ cells }) => cells.some((cell) => cell !== formatCount(null)))
      .map(({ row, cells }) => [...identity(row), ...cells]),
  };
}

function cellsOf(row: Fields, bits: boolean): string[] {
  const tcp = fieldsOf(row.tcp);
  const micros = (us: unknown): string => formatLatency(nanos(numberOf(us)));
  return [
    formatLatency(nanos(numberOf(tcp.rtt_us)) ?? numberOf(row.srtt_ns)),
    micros(tcp.rtt_var_us),
    micros(tcp.min_rtt_us),
    formatBytes(numberOf(tcp.cwnd_bytes) ?? numberOf(row.cwnd_bytes)),
    formatRate(numberOf(tcp.pacing_rate_bps), bits),
    formatRate(numberOf(tcp.delivery_rate_bps), bits),
    ...[tcp.retransmits, row.path_mtu_bytes, row.queue_drops].map((count) => formatCount(numberOf(count))),
  ];
}

function nanos(us: number | null): number | null {
  return us === null ? null : us * 1000;
}
