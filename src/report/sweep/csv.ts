/** --ui csv: a line a measurement; what is made of them is for whoever reads it. */
import type { Carrier } from '../../sweep/result.js';
import type { SweepEvent } from '../../sweep/run.js';
import { isUdp } from '../../sweep/sizes.js';
import type { Sample, SweepLatency } from '../../sweep/types.js';
import { ipPacketBytes } from '../../sweep/wire-size.js';
import { csvLine } from '../records/csv-line.js';
import type { SweepReporter, SweepStart } from './reporter.js';

const COLUMNS = [
  't_ms',
  'round',
  'way',
  'direction',
  'packet_size_bytes',
  'datagram_bytes',
  'ip_packet_bytes',
  'packets',
  'data_bytes',
  'elapsed_us',
  'goodput_bps',
  'packets_lost',
  'packets_recovered',
  'packets_residual',
  'packets_resent',
  'idle_p50_us',
  'idle_p99_us',
  'loaded_p50_us',
  'loaded_p99_us',
  'cpu_share',
  'code',
] as const;

export class CsvSweepReporter implements SweepReporter {
  #carriers: readonly Carrier[] = [];

  *head({ carriers }: SweepStart): Iterable<string> {
    this.#carriers = carriers;
    yield csvLine(COLUMNS);
  }

  *event(event: SweepEvent): Iterable<string> {
    if (event.kind === 'sample') yield this.#row(event.sample);
  }

  *end(): Iterable<string> {}

  #row({ tMs, round, way, direction, sizeBytes, outcome }: Sample): string {
    const carrier = this.#carriers.find((one) => one.way === way);
    const datagramBytes = isUdp(way) ? carrier?.datagramBytes(sizeBytes) : undefined;
    const packetBytes = datagramBytes && ipPacketBytes(carrier!.family, datagramBytes);
    const place = [tMs, round + 1, way, direction, sizeBytes, datagramBytes, packetBytes];
    if (outcome.kind === 'unmeasured') {
      const empty = COLUMNS.slice(place.length, -1).map(() => null);
      return csvLine([...place, ...empty, outcome.code]);
    }
    const { packets, bytes, elapsedUs, goodputBps, lost, recovered, residual, resent } = outcome;
    return csvLine([
      ...[...place, packets, bytes, Math.round(elapsedUs), Math.round(goodputBps)],
      ...[lost, recovered, residual, resent],
      ...[...latencyCells(outcome.idle), ...latencyCells(outcome.loaded)],
      ...[outcome.cpuShare.toFixed(3), null],
    ]);
  }
}

function latencyCells(latency: SweepLatency | null): (number | undefined)[] {
  return [latency?.p50Ns, latency?.p99Ns].map((ns) => ns && Math.round(ns / 1000));
}
