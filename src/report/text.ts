/** --ui text: a table each interval and the events between them, in plain lines that never move the
 *  cursor, so that they read the same in a terminal, a file and a console that splits on newlines. */
import type { RunEvent } from '../control/events.js';
import type { PeerSnapshot, RunSnapshot } from '../stats/snapshot.js';
import { LINE_TEXT_CHARS, printable } from './print/ascii.js';
import { formatClock, formatTimes, formatUptime } from './print/format.js';
import { createPaint, type Paint, type Tone } from './print/palette.js';
import { wrapText } from './print/wrap.js';
import type { Output, Reporter, ReporterFactory, ReporterSettings } from './reporter.js';
import { EventBundle } from './rows/bundle.js';
import { OpenConnections } from './rows/connections.js';
import { RunHistory } from './rows/history.js';
import { renderPeerTable } from './rows/peer-table.js';
import { RepeatedFailures } from './rows/repeats.js';
import { ShardLoad } from './rows/shard-load.js';
import { summaryLines } from './summary/summary.js';
import { eventTexts } from './words/event-text.js';

/** `12:00:00  `: what follows the clock on a new line stands below its beginning. */
const CLOCK_INDENT = ' '.repeat('12:00:00  '.length);
/** A terminal narrower than this breaks lines itself. */
const MIN_TEXT_CHARS = 40;

export const createTextReporter: ReporterFactory = (out, settings) => new TextReporter(out, settings);

class TextReporter implements Reporter {
  readonly #out: Output;
  readonly #settings: ReporterSettings;
  readonly #paint: Paint;
  readonly #bundle = new EventBundle();
  readonly #connections = new OpenConnections();
  readonly #repeats = new RepeatedFailures();
  readonly #history = new RunHistory();
  readonly #load = new ShardLoad();
  /** The last ones said to be hidden: said again only when they change. */
  #hiddenColumns: ReadonlySet<string> = new Set();
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
    const texts = eventTexts(event, { remote, isRepeat: this.#repeats.isRepeat(event) });
    const isShown = texts.length > 0 && this.#bundle.admit(event);
    this.#repeats.handleEvent(event, isShown);
    if (!isShown) return;
    this.#writeLines(texts.flatMap(({ tone, text }) => this.#clockedLines(event.tMs, tone, text.trimEnd())));
  }

  handleSnapshot(snapshot: RunSnapshot): void {
    this.#load.handleSnapshot(snapshot);
    if (this.#out.lagging) {
      this.#skippedTables += 1;
      return;
    }
    this.#writeLines([...this.#pendingLines(snapshot.tMs), ...this.#blockLines(snapshot)]);
  }

  handleSummary(snapshot: RunSnapshot): void {
    const summary = summaryLines(
      snapshot,
      { history: this.#history, load: this.#load },
      this.#settings,
      this.#paint,
      this.#out.columns,
    );
    this.#writeLines([...this.#pendingLines(snapshot.tMs), ...summary]);
  }

  /** What was kept back since the last table, and what is missing because the reader was slow. */
  #pendingLines(tMs: number): string[] {
    const lines = this.#bundle.drain();
    const drops = this.#out.droppedWrites - this.#reportedDrops;
    if (drops > 0) lines.push(`${formatTimes(drops, 'event line')} dropped: the reader was too slow`);
    if (this.#skippedTables > 0) {
      lines.push(`${formatTimes(this.#skippedTables, 'table')} left out: the reader was slow`);
    }
    this.#reportedDrops += drops;
    this.#skippedTables = 0;
    return lines.flatMap((line) => this.#clockedLines(tMs, 'plain', line));
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
    const { bits, columns: chosen } = this.#settings;
    const fit = { bits, chosen, columns: this.#out.columns };
    const { lines, hidden } = renderPeerTable(peers, fit, this.#paint);
    return { lines: [this.#paint('strong', title), ...lines], hidden };
  }

  #hiddenLines(hidden: readonly string[]): string[] {
    const names = new Set(hidden);
    const isNews = hidden.some((name) => !this.#hiddenColumns.has(name));
    // A column that comes and goes with its figures is told of once, not each time.
    this.#hiddenColumns = names.size === 0 ? names : new Set([...this.#hiddenColumns, ...names]);
    if (!isNews) return [];
    const lines = this.#wrap(`(no room in this terminal for: ${[...names].join(', ')})`, 0);
    return lines.map((line) => this.#paint('faint', line));
  }

  /** One line where nothing limits its length: whoever reads a pipe wants an event to be a line. */
  #clockedLines(tMs: number, tone: Tone, text: string): string[] {
    const clock = `${this.#paint('faint', formatClock(tMs))}  `;
    return this.#wrap(text, CLOCK_INDENT.length).map(
      (line, index) => (index === 0 ? clock : CLOCK_INDENT) + this.#paint(tone, line),
    );
  }

  #wrap(text: string, indentChars: number): string[] {
    const { columns } = this.#out;
    return columns === null ? [text] : wrapText(text, Math.max(MIN_TEXT_CHARS, columns - indentChars));
  }

  #writeLines(lines: readonly string[]): void {
    if (lines.length > 0) this.#out.write(`${lines.join('\n')}\n`);
  }
}
