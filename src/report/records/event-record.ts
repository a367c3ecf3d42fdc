/** The record of an event. */
import type { Address, Cause, PacketLine, RunEvent } from '../../control/events.js';
import { recordText } from '../print/ascii.js';
import { detailRecord, reportRecord } from './phase-record.js';
import { integer, type JsonRecord, SCHEMA } from './record.js';

/** The cases are in the order of a run. */
export function eventRecord(event: RunEvent): JsonRecord {
  switch (event.type) {
    case 'start':
      return startRecord(event);
    case 'listening':
      return {
        ...head(event),
        target: recordText(event.target),
        protocol: event.protocol,
        local: addressRecord(event.local),
        shards: event.shards,
      };
    case 'listen-failed':
      return { ...head(event), target: recordText(event.target), cause: causeRecord(event.cause) };
    case 'connected':
      return connectedRecord(event);
    case 'hello':
      return { ...head(event), ...connection(event), peer_name: recordText(event.peerName) };
    case 'measured':
      return {
        ...head(event),
        ...connection(event),
        latency_ns: integer(event.latencyNs),
        since_opened_us: integer(event.sinceOpenedMs * 1000),
      };
    case 'phase':
      return phaseRecord(event);
    case 'report':
      return {
        ...head(event),
        ...connection(event),
        direction: event.direction,
        received: event.received,
        rate_bps: integer(event.rateBps),
        report: reportRecord(event.report),
      };
    case 'refused':
      return {
        ...head(event),
        ...connection(event),
        direction: event.direction,
        code: event.code,
        limit: integer(event.limit),
      };
    case 'lost':
      return lostRecord(event);
    case 'failed':
      return {
        ...head(event),
        ...connection(event),
        attempt: event.attempt,
        cause: causeRecord(event.cause),
        retry_in_ms: integer(event.retryInMs),
      };
    case 'shard-died':
      return {
        ...head(event),
        shard: event.shard,
        text: recordText(event.text),
        connections: event.connections,
      };
    case 'omitted':
      return { ...head(event), omitted_ms: integer(event.omittedMs) };
    case 'notice':
      return { ...head(event), level: event.level, text: recordText(event.text) };
    case 'packets':
      return { ...head(event), lines: event.lines.map(packetRecord), omitted: event.omitted };
    case 'verdict':
      return verdictRecord(event);
    case 'end':
      return { ...head(event), reason: event.reason };
  }
}

export function packetRecord(line: PacketLine): JsonRecord {
  return {
    key: line.key,
    direction: line.direction,
    index: line.index,
    count: line.count,
    kind: recordText(line.kind),
    data_bytes: line.dataBytes,
  };
}

export function causeRecord(cause: Cause): JsonRecord {
  return {
    phase: cause.phase,
    code: recordText(cause.code),
    text: recordText(cause.text),
    elapsed_us: integer(cause.elapsedMs * 1000),
    reason: cause.reason ?? null,
    icmp: cause.icmp ? { ...cause.icmp, from: recordText(cause.icmp.from) } : null,
    tried: cause.tried.map(({ address, code }) => ({ address: recordText(address), code: recordText(code) })),
  };
}

function startRecord(event: Extract<RunEvent, { type: 'start' }>): JsonRecord {
  return {
    type: event.type,
    schema: SCHEMA,
    t_ms: integer(event.tMs),
    name: recordText(event.name),
    version: event.version,
    workers: event.workers,
    listens: event.listens.map(recordText),
    connects: event.connects.map(recordText),
  };
}

function connectedRecord(event: Extract<RunEvent, { type: 'connected' }>): JsonRecord {
  return {
    ...head(event),
    ...connection(event),
    local: addressRecord(event.local),
    remote: addressRecord(event.remote),
    send_buffer_bytes: integer(event.buffers.sendBufferBytes),
    receive_buffer_bytes: integer(event.buffers.receiveBufferBytes),
    attempt: event.attempt,
    // On a local network a connect takes less than a millisecond.
    connect_us: integer(event.connectMs * 1000),
    outage_ms: integer(event.outageMs),
  };
}

function phaseRecord(event: Extract<RunEvent, { type: 'phase' }>): JsonRecord {
  return {
    ...head(event),
    ...connection(event),
    direction: event.direction,
    packets: event.packets,
    data_bytes: event.bytes,
    elapsed_us: integer(event.elapsedUs),
    rate_bps: integer(event.rateBps),
    detail: event.detail === null ? null : detailRecord(event.detail),
  };
}

function lostRecord(event: Extract<RunEvent, { type: 'lost' }>): JsonRecord {
  return {
    ...head(event),
    ...connection(event),
    remote: addressRecord(event.remote),
    peer_name: event.peerName === null ? null : recordText(event.peerName),
    cause: causeRecord(event.cause),
    uptime_ms: integer(event.uptimeMs),
    retry_in_ms: integer(event.retryInMs),
  };
}

function verdictRecord(event: Extract<RunEvent, { type: 'verdict' }>): JsonRecord {
  const { condition, outcome, unit, limit, value, peer } = event;
  return {
    ...head(event),
    condition: recordText(condition),
    outcome,
    unit,
    limit,
    value,
    peer: peer === null ? null : recordText(peer),
  };
}

function head({ type, tMs }: { readonly type: string; readonly tMs: number }): JsonRecord {
  return { type, t_ms: integer(tMs) };
}

function connection(of: {
  readonly key: number;
  readonly role: string;
  readonly protocol: string;
  readonly target: string;
}): JsonRecord {
  return { key: of.key, role: of.role, protocol: of.protocol, target: recordText(of.target) };
}

function addressRecord({ ip, port }: Address): JsonRecord {
  return { ip: recordText(ip), port };
}
