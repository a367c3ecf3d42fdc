/** --ui text: a table each interval and the events between them, in plain lines that never move the
 *  cursor, so that they read the same in a terminal, a file and a console that splits on newlines. */
import type { RunEvent } from '../control/events.js';
import type { PeerSnapshot, RunSnapshot } from '../stats/snapshot.js';
import { LINE_TEXT_CHARS, printable } from './ascii.js';
import { EventBundle } from './bundle.js';
import { OpenConnections } from './connections.js';
import { eventTexts } from './event-text.js';
import { formatClock, formatTimes, formatUptime } from './format.js';
import { RunHistory } from './history.js';
import { createPaint, type Paint } from './palette.js';
import { renderPeerTable } from './peer-table.js';
import type { Output, Reporter, ReporterFactory, ReporterSettings } from './reporter.js';
import { summaryLines } from './summary.js';

export const createTextReporter: ReporterFactory = (out, settings) => new TextReporter(out, settings);

class TextReporter implements Reporter {
  readonly #out: Output;
  readonly #settings: ReporterSettings;
  readonly #paint: Paint;
  readonly #bundle = new EventBundle();
  readonly #connections = new OpenConnections();
  readonly #history = new RunHistory();
  /** The last ones said to be hidden: said again only when they change. */
  #hiddenColumns = '';
  #saidNoPeers = false;
  #skippedTables = 0;
  #reportedDrops = 0;

  constructor(out: Output, settings: ReporterSettings) {
    this.#out = out;
    this.#settings = settings;
    this.#paint = createPaint(out.color, settings.emphasis);
  }

  handleEvent(event: RunEvent): void {
    const remote = 'key' in event ? this.#connections.remoteOf(event.key) : null;
    this.#connections.handleEvent(event);
    this.#history.handleEvent(event);
    const texts = eventTexts(event, remote);
    if (texts.length === 0 || !this.#bundle.admit(event)) return;
    const clock = this.#paint('faint', formatClock(event.tMs));
    this.#writeLines(texts.map(({ tone, text }) => `${clock}  ${this.#paint(tone, text.trimEnd())}`));
  }

  handleSnapshot(snapshot: RunSnapshot): void {
    if (this.#out.lagging) {
      this.#skippedTables += 1;
      return;
    }
    this.#writeLines([...this.#pendingLines(snapshot.tMs), ...this.#blockLines(snapshot)]);
  }

  handleSummary(snapshot: RunSnapshot): void {
    const summary = summaryLines(snapshot, this.#history, this.#settings, this.#paint);
    this.#writeLines([...this.#pendingLines(snapshot.tMs), ...summary]);
  }

  /** What was kept back since the last table, and what is missing because the reader was slow. */
  #pendingLines(tMs: number): string[] {
    const clock = this.#paint('faint', formatClock(tMs));
    const lines = this.#bundle.drain();
    const drops = this.#out.droppedWrites - this.#reportedDrops;
    if (drops > 0) lines.push(`${formatTimes(drops, 'event line')} dropped: the reader was too slow`);
    if (this.#skippedTables > 0) {
      lines.push(`${formatTimes(this.#skippedTables, 'table')} left out: the reader was slow`);
    }
    this.#reportedDrops += drops;
    this.#skippedTables = 0;
    return lines.map((line) => `${clock}  ${line}`);
  }

  #blockLines(snapshot: RunSnapshot): string[] {
    const heading = this.#headingLine(snapshot);
    if (snapshot.clients.length + snapshot.servers.length === 0) {
      // An idle listener says so once and is quiet until somebody comes.
      const lines = this.#saidNoPeers ? [] : [heading, '  no peers yet'];
      this.#saidNoPeers = true;
      return lines;
    }
    this.#saidNoPeers = false;
    const clients = this.#sectionLines('As client', snapshot.clients);
    const servers = this.#sectionLines('As server', snapshot.servers);
    return [
      ...this.#hiddenLines([...clients.hidden, ...servers.hidden]),
      heading,
      ...clients.lines,
      ...servers.lines,
    ];
  }

  #headingLine({ tMs, elapsedMs, shards }: RunSnapshot): string {
    const busiest = Math.max(0, ...shards.map((shard) => shard.utilization));
    const load = `${formatTimes(shards.length, 'shard')}, busiest ${Math.round(busiest * 100)}%`;
    const name = this.#paint('emphasis', printable(this.#settings.name, LINE_TEXT_CHARS));
    const parts = [formatClock(tMs), name, `running ${formatUptime(elapsedMs)}`, load];
    return `-- ${parts.join(' -- ')} --`;
  }

  #sectionLines(
    title: string,
    peers: readonly PeerSnapshot[],
  ): { lines: string[]; hidden: readonly string[] } {
    if (peers.length === 0) return { lines: [], hidden: [] };
    const fit = { bits: this.#settings.bits, columns: this.#out.columns };
    const { lines, hidden } = renderPeerTable(peers, fit, this.#paint);
    return { lines: [this.#paint('strong', title), ...lines], hidden };
  }

  #hiddenLines(hidden: readonly string[]): string[] {
    const names = [...new Set(hidden)].join(', ');
    if (names === this.#hiddenColumns) return [];
    this.#hiddenColumns = names;
    return names === '' ? [] : [this.#paint('faint', `(no room in this terminal for: ${names})`)];
  }

  #writeLines(lines: readonly string[]): void {
    if (lines.length > 0) this.#out.write(`${lines.join('\n')}\n`);
  }
}
