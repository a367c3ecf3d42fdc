/** Results of a probe as records with published field names, which docs/probe.md describes. */
import type { Change } from '../../probe/changes.js';
import type { PortResult, Section } from '../../probe/sections.js';
import type { PortState, Verdict } from '../../probe/types.js';
import { recordText } from '../print/ascii.js';
import { integer, type JsonRecord, type RecordValue } from '../records/record.js';
import type { ProbeRound, ProbeStart } from './reporter.js';
import { STATES } from './words.js';

const SCHEMA = 'conntest-probe/1';

export function startRecord({ tMs, version, targets }: ProbeStart): JsonRecord {
  return { type: 'start', schema: SCHEMA, t_ms: tMs, version, targets: targets.map(recordText) };
}

export function portRecord(round: ProbeRound, section: Section, result: PortResult): JsonRecord {
  return { type: 'port', ...place(round, section, result.port), ...outcome(result) };
}

export function changeRecord(round: ProbeRound, { section, before, now }: Change): JsonRecord {
  return {
    type: 'change',
    ...place(round, section, now.port),
    ...outcome(now),
    state_before: before.verdict.state,
    cause_before: before.verdict.cause,
  };
}

export function summaryRecord({ number, tMs, elapsedMs, sections, expected }: ProbeRound): JsonRecord {
  const states = sections.flatMap(({ ports }) => ports.map(({ verdict }) => verdict.state));
  const count = (state: PortState): number => states.filter((known) => known === state).length;
  return {
    type: 'summary',
    t_ms: tMs,
    round: number,
    elapsed_us: integer(elapsedMs * 1000),
    ports: states.length,
    ...Object.fromEntries(STATES.map((state) => [state.replace('|', '_'), count(state)])),
    expected: expected?.what ?? null,
    unexpected: expected?.failed ?? null,
  };
}

function place({ number, tMs }: ProbeRound, { protocol, host, address }: Section, port: number): JsonRecord {
  return { t_ms: tMs, round: number, protocol, host: recordText(host), address, port };
}

function outcome({ verdict, elapsedUs, tries }: PortResult): JsonRecord {
  const { state, cause, errno, said } = verdict;
  return {
    state,
    cause,
    errno,
    icmp: icmpRecord(verdict),
    peer: peerRecord(verdict),
    said: said === null ? null : recordText(said),
    elapsed_us: elapsedUs,
    tries,
  };
}

function icmpRecord({ icmp }: Verdict): RecordValue {
  return icmp === null ? null : { type: icmp.type, code: icmp.code, from: icmp.from };
}

function peerRecord({ peer }: Verdict): RecordValue {
  if (peer === null) return null;
  return { name: recordText(peer.name), version: peer.version, latency_ns: integer(peer.latencyUs * 1000) };
}
