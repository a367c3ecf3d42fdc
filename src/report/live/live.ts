/** --ui live: the run on a screen of its own, with keys; its summary on the normal screen. */
import type { RunEvent } from '../../control/events.js';
import type { RunSnapshot } from '../../stats/snapshot.js';
import { createPaint, type Paint } from '../print/palette.js';
import type { Output, Reporter, ReporterFactory, ReporterSettings, RunControl } from '../reporter.js';
import { RunHistory } from '../rows/history.js';
import { ShardLoad } from '../rows/shard-load.js';
import { summaryLines } from '../summary/summary.js';
import { EventLines } from './event-lines.js';
import { RUN_KEYS } from './help.js';
import { decodeKeys } from './keys.js';
import { Pace } from './pace.js';
import { Rates } from './rates.js';
import { marksFor } from './spark.js';
import { Stage } from './stage.js';
import { Terminal, type TerminalHandler, type TerminalScreen } from './terminal.js';
import type { Command } from './view.js';

export const createLiveReporter: ReporterFactory = (out, settings) =>
  new LiveReporter(out, settings, new Terminal(process.stdin, process.stdout));

/** Of an interval: timers come late, and the next one then is not. */
const SOON = 0.9;

class LiveReporter implements Reporter, TerminalHandler {
  /** It collects them itself, as often as costs little: those of the intervals, which others want, it takes as well. */
  readonly ignoresSnapshots = true;
  readonly #out: Output;
  readonly #settings: ReporterSettings;
  readonly #run: RunControl;
  readonly #terminal: TerminalScreen;
  readonly #paint: Paint;
  readonly #stage: Stage;
  readonly #history = new RunHistory();
  readonly #load = new ShardLoad();
  readonly #rates = new Rates();
  readonly #events = new EventLines();
  readonly #pace: Pace;
  #snapshot: RunSnapshot | null = null;
  #nextSampleMs = 0;

  constructor(out: Output, settings: ReporterSettings, terminal: TerminalScreen) {
    const { name, bits } = settings;
    this.#out = out;
    this.#settings = settings;
    this.#run = settings.run;
    this.#terminal = terminal;
    this.#paint = createPaint(out.color, settings.emphasis);
    this.#pace = new Pace(() => this.#draw(), settings.intervalMs);
    const look = { name, bits, marks: marksFor(process.env), keys: RUN_KEYS };
    this.#stage = new Stage(terminal, this.#paint, look);
  }

  handleEvent(event: RunEvent): void {
    this.#history.handleEvent(event);
    this.#events.handleEvent(event);
    if (event.type === 'start') this.#terminal.open(this);
    if (event.type === 'end') this.#close(event.reason === 'error');
    else this.#pace.hurry();
  }

  handleSnapshot(snapshot: RunSnapshot): void {
    this.#take(snapshot);
    this.#pace.handleCollected();
    this.#pace.hurry();
  }

  handleSummary(snapshot: RunSnapshot): void {
    const course = { history: this.#history, load: this.#load };
    const lines = summaryLines(snapshot, course, this.#settings, this.#paint, this.#out.columns);
    this.#out.write(`${lines.join('\n')}\n`);
  }

  handleInput(text: string): void {
    for (const key of decodeKeys(text)) {
      const command = this.#stage.handleKey(key);
      if (command !== null) this.#obey(command);
    }
    this.#pace.hurry();
  }

  handleCleared(): void {
    this.#stage.forget();
    this.#pace.hurry();
  }

  #obey(command: Command): void {
    switch (command.type) {
      case 'monitor':
        this.#run.setMonitoring(command.rowId, command.isOn);
        return;
      case 'reconnect':
        this.#run.reconnect(command.rowId);
        return;
      case 'drop':
        this.#run.drop(command.rowId);
        return;
      case 'redraw':
        this.handleCleared();
        return;
      case 'suspend':
        this.#terminal.suspend();
        return;
      case 'interrupt':
        this.#run.interrupt();
    }
  }

  /** The courses have a sample an interval, where snapshots come as often. */
  #take(snapshot: RunSnapshot): void {
    if (snapshot.tMs >= this.#nextSampleMs) {
      this.#load.handleSnapshot(snapshot);
      this.#rates.handleSnapshot(snapshot);
      this.#nextSampleMs = snapshot.tMs + SOON * this.#settings.intervalMs;
    }
    if (!this.#stage.isPaused || this.#snapshot === null) this.#snapshot = snapshot;
  }

  #draw(): void {
    this.#pace.collect(() => this.#take(this.#run.snapshot()));
    if (this.#snapshot === null) return;
    this.#stage.draw({
      snapshot: this.#snapshot,
      events: this.#events.lines,
      rates: this.#rates,
      timeLine: null,
    });
  }

  #close(isFailed: boolean): void {
    this.#pace.stop();
    this.#terminal.close();
    if (isFailed) this.#out.write(this.#events.failures.map((text) => `${text}\n`).join(''));
  }
}
