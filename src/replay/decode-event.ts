/** Lines of docs/json.md -> the events that they were written from. What a line leaves out, as one of an older
 *  conntest may, is zero or nothing. */
import { type Fields, fieldsOf, listOf, numberOf, textOf, timeOf } from '../analysis/fields.js';
import type { Address, Cause, FailurePhase, RefusalCode, RunEvent } from '../control/events.js';

/** null: not an event, or one that no screen shows, as a phase. */
export function decodeEvent(line: Fields): RunEvent | null {
  const decode = DECODERS.get(textOf(line.type) ?? '');
  return decode === undefined ? null : decode(line);
}

type Decoder = (line: Fields) => RunEvent;

const REFUSALS = ['packet_size', 'rate', 'phase_time', 'phase_bytes', 'cc', 'unvalidated'] as const;
const PHASES = ['resolve', 'connect', 'hello', 'session', 'listen'] as const;
const LEVELS = ['info', 'warning', 'error'] as const;
const REASONS = ['time', 'interrupt', 'error'] as const;
const OUTCOMES = ['held', 'not-held', 'not-measured'] as const;
const UNITS = ['count', 'time', 'rate', 'share'] as const;

const DECODERS: ReadonlyMap<string, Decoder> = new Map(
  Object.entries<Decoder>({
    start: (line) => ({
      ...at(line, 'start'),
      name: text(line.name),
      version: text(line.version),
      workers: number(line.workers),
      listens: texts(line.listens),
      connects: texts(line.connects),
    }),
    listening: (line) => ({
      ...at(line, 'listening'),
      target: text(line.target),
      protocol: protocol(line),
      local: address(line.local),
      shards: number(line.shards),
    }),
    'listen-failed': (line) => ({
      ...at(line, 'listen-failed'),
      target: text(line.target),
      cause: cause(line.cause),
    }),
    connected: (line) => ({
      ...at(line, 'connected'),
      ...of(line),
      local: address(line.local),
      remote: address(line.remote),
      buffers: {
        sendBufferBytes: numberOf(line.send_buffer_bytes),
        receiveBufferBytes: numberOf(line.receive_buffer_bytes),
      },
      attempt: number(line.attempt),
      connectMs: number(line.connect_us) / 1000,
      outageMs: numberOf(line.outage_ms),
    }),
    hello: (line) => ({ ...at(line, 'hello'), ...of(line), peerName: text(line.peer_name) }),
    measured: (line) => ({
      ...at(line, 'measured'),
      ...of(line),
      latencyNs: number(line.latency_ns),
      sinceOpenedMs: number(line.since_opened_us) / 1000,
    }),
    refused: (line) => ({
      ...at(line, 'refused'),
      ...of(line),
      direction: line.direction === 'down' ? 'down' : 'up',
      code: oneOf<RefusalCode>(line.code, REFUSALS),
      limit: number(line.limit),
    }),
    lost: (line) => ({
      ...at(line, 'lost'),
      ...of(line),
      remote: address(line.remote),
      peerName: textOf(line.peer_name),
      cause: cause(line.cause),
      uptimeMs: number(line.uptime_ms),
      retryInMs: numberOf(line.retry_in_ms),
    }),
    failed: (line) => ({
      ...at(line, 'failed'),
      ...of(line),
      attempt: number(line.attempt),
      cause: cause(line.cause),
      retryInMs: numberOf(line.retry_in_ms),
    }),
    'shard-died': (line) => ({
      ...at(line, 'shard-died'),
      shard: number(line.shard),
      text: text(line.text),
      connections: number(line.connections),
    }),
    omitted: (line) => ({ ...at(line, 'omitted'), omittedMs: number(line.omitted_ms) }),
    notice: (line) => ({ ...at(line, 'notice'), level: oneOf(line.level, LEVELS), text: text(line.text) }),
    verdict: (line) => ({
      ...at(line, 'verdict'),
      condition: text(line.condition),
      outcome: oneOf(line.outcome, OUTCOMES),
      unit: oneOf(line.unit, UNITS),
      limit: number(line.limit),
      value: numberOf(line.value),
      peer: textOf(line.peer),
    }),
    end: (line) => ({ ...at(line, 'end'), reason: oneOf(line.reason, REASONS) }),
  }),
);

function at<Type extends RunEvent['type']>(line: Fields, type: Type): { type: Type; tMs: number } {
  return { type, tMs: timeOf(line.t_ms) ?? 0 };
}

function of(line: Fields) {
  return {
    key: number(line.key),
    role: line.role === 'listener' ? ('listener' as const) : ('client' as const),
    protocol: protocol(line),
    target: text(line.target),
  };
}

function protocol(line: Fields): 'tcp' | 'udp' {
  return line.protocol === 'udp' ? 'udp' : 'tcp';
}

function address(value: unknown): Address {
  const { ip, port } = fieldsOf(value);
  return { ip: text(ip), port: number(port) };
}

function cause(value: unknown): Cause {
  const fields = fieldsOf(value);
  return {
    phase: oneOf<FailurePhase>(fields.phase, PHASES),
    code: text(fields.code),
    text: text(fields.text),
    elapsedMs: number(fields.elapsed_us) / 1000,
    tried: listOf(fields.tried).map((item) => {
      const tried = fieldsOf(item);
      return { address: text(tried.address), code: text(tried.code) };
    }),
  };
}

/** The first of them where it is none. */
function oneOf<Word extends string>(value: unknown, words: readonly [Word, ...Word[]]): Word {
  return words.find((word) => word === value) ?? words[0];
}

function text(value: unknown): string {
  return textOf(value) ?? '';
}

function number(value: unknown): number {
  return numberOf(value) ?? 0;
}

function texts(value: unknown): string[] {
  return listOf(value).flatMap((item) => textOf(item) ?? []);
}
