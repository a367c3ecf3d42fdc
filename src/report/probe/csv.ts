/** --ui csv: a line for each port, or in later rounds for each that has changed (RFC 4180, but for its line ends). */
import type { PortResult, Section } from '../../probe/sections.js';
import { csvLine } from '../records/csv-line.js';
import type { ProbeReporter, ProbeRound } from './reporter.js';

const COLUMNS = [
  't_ms',
  'round',
  'protocol',
  'host',
  'address',
  'port',
  'state',
  'cause',
  'errno',
  'icmp_type',
  'icmp_code',
  'icmp_from',
  'peer_name',
  'peer_version',
  'latency_us',
  'said',
  'elapsed_us',
  'tries',
] as const;

export class CsvProbeReporter implements ProbeReporter {
  *head(): Iterable<string> {
    yield csvLine(COLUMNS);
  }

  *round(round: ProbeRound): Iterable<string> {
    for (const { section, now } of round.changes ?? []) yield row(round, section, now);
    for (const section of round.changes === null ? round.sections : []) {
      yield section.ports.map((result) => row(round, section, result)).join('');
    }
  }
}

function row({ tMs, number }: ProbeRound, { protocol, host, address }: Section, result: PortResult): string {
  const { port, elapsedUs, tries } = result;
  const { state, cause, errno, icmp, peer, said } = result.verdict;
  return csvLine([
    ...[tMs, number, protocol, host, address, port, state, cause, errno],
    ...[icmp?.type, icmp?.code, icmp?.from],
    ...[peer?.name, peer?.version, peer && Math.round(peer.latencyUs)],
    ...[said, elapsedUs, tries],
  ]);
}
