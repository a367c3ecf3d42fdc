/** --ui log: one event a line, as it happens, in logfmt or JSON; at the end one line a target and a peer. */
import type { RunEvent } from '../control/events.js';
import type { RunSnapshot } from '../stats/snapshot.js';
import { eventRecord, packetRecord } from './records/event-record.js';
import { jsonLogLine, logLine } from './records/logfmt.js';
import type { JsonRecord } from './records/record.js';
import { peerRecord, processRecord, targetRecord } from './records/snapshot-record.js';
import type { LogLevel, LogSettings, Output, Reporter, ReporterFactory } from './reporter.js';
import { RunHistory } from './rows/history.js';

/** By weight. */
const LEVELS = ['debug', 'info', 'warning', 'error'] as const satisfies readonly LogLevel[];

export const createLogReporter: ReporterFactory = (out, { log }) => new LogReporter(out, log);

class LogReporter implements Reporter {
  readonly #out: Output;
  readonly #history = new RunHistory();
  readonly #shown: ReadonlySet<LogLevel>;
  readonly #line: typeof logLine;
  #reportedDrops = 0;

  constructor(out: Output, { level, format }: LogSettings) {
    this.#out = out;
    this.#shown = new Set(LEVELS.slice(LEVELS.indexOf(level)));
    this.#line = format === 'json' ? jsonLogLine : logLine;
  }

  handleEvent(event: RunEvent): void {
    this.#history.handleEvent(event);
    this.#reportDrops(event.tMs);
    if (event.type === 'packets') {
      this.#writePackets(event);
      return;
    }
    const { type: _type, t_ms: _tMs, schema: _schema, level: _level, ...fields } = eventRecord(event);
    this.#write(event.tMs, levelOf(event), event.type, fields);
  }

  /** The original's log shows no figures while it runs, and neither does this one. */
  handleSnapshot(): void {}

  handleSummary(snapshot: RunSnapshot): void {
    this.#reportDrops(snapshot.tMs);
    for (const target of this.#history.all()) {
      this.#write(snapshot.tMs, 'info', 'summary-target', targetRecord(target));
    }
    for (const peer of [...snapshot.clients, ...snapshot.servers]) {
      this.#write(snapshot.tMs, 'info', 'summary-peer', peerRecord(peer));
    }
    this.#write(snapshot.tMs, 'info', 'summary-process', processRecord(snapshot.process));
  }

  #writePackets({ tMs, lines, omitted }: Extract<RunEvent, { type: 'packets' }>): void {
    if (!this.#shown.has('debug')) return;
    const texts = lines.map((line) => this.#line(tMs, 'debug', 'packet', packetRecord(line)));
    if (omitted > 0) texts.push(this.#line(tMs, 'debug', 'packets-omitted', { omitted }));
    // One write for the batch: with --log-packets thousands of lines come at once.
    if (texts.length > 0) this.#out.write(`${texts.join('\n')}\n`);
  }

  #reportDrops(tMs: number): void {
    const dropped = this.#out.droppedWrites;
    if (dropped === this.#reportedDrops || this.#out.lagging) return;
    this.#write(tMs, 'warning', 'output-dropped', { writes: dropped - this.#reportedDrops });
    this.#reportedDrops = dropped;
  }

  #write(tMs: number, level: LogLevel, event: string, fields: JsonRecord): void {
    if (this.#shown.has(level)) this.#out.write(`${this.#line(tMs, level, event, fields)}\n`);
  }
}

const VERDICT_LEVELS = { held: 'error', 'not-measured': 'warning', 'not-held': 'info' } as const;

function levelOf(event: RunEvent): LogLevel {
  switch (event.type) {
    case 'notice':
      return event.level;
    case 'listen-failed':
    case 'shard-died':
      return 'error';
    case 'verdict':
      return VERDICT_LEVELS[event.outcome];
    case 'failed':
    case 'refused':
      return 'warning';
    case 'lost':
      return event.cause.code === 'STOPPED' ? 'info' : 'warning';
    case 'packets':
    case 'report':
      return 'debug';
    default:
      return 'info';
  }
}
