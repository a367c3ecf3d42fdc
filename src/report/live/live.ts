/** --ui live: the run on a screen of its own, with keys; its summary on the normal screen. */
import type { RunEvent } from '../../control/events.js';
import type { RunSnapshot } from '../../stats/snapshot.js';
import { RunHistory } from '../history.js';
import { createPaint, type Paint } from '../palette.js';
import type { Output, Reporter, ReporterFactory, ReporterSettings, RunControl } from '../reporter.js';
import { ShardLoad } from '../shard-load.js';
import { summaryLines } from '../summary.js';
import { EventLines } from './event-lines.js';
import { Frames } from './frame.js';
import { decodeKeys } from './keys.js';
import { Pace } from './pace.js';
import { Rates } from './rates.js';
import { screenOf } from './screen.js';
import { ASCII_MARKS, BLOCK_MARKS, type Marks } from './spark.js';
import { Terminal, type TerminalHandler, type TerminalScreen } from './terminal.js';
import { type Command, FIRST_VIEW, handleKey, type Scene, type View } from './view.js';

export const createLiveReporter: ReporterFactory = (out, settings) =>
  new LiveReporter(out, settings, new Terminal(process.stdin, process.stdout), marksFor(process.env));

const NO_SCENE: Scene = { nowMs: 0, peers: [], pageRows: 1 };

class LiveReporter implements Reporter, TerminalHandler {
  readonly #out: Output;
  readonly #settings: ReporterSettings;
  readonly #run: RunControl;
  readonly #terminal: TerminalScreen;
  readonly #marks: Marks;
  readonly #paint: Paint;
  readonly #frames: Frames;
  readonly #history = new RunHistory();
  readonly #load = new ShardLoad();
  readonly #rates = new Rates();
  readonly #events = new EventLines();
  readonly #pace = new Pace(() => this.#draw());
  #snapshot: RunSnapshot | null = null;
  #view: View = FIRST_VIEW;
  #scene: Scene = NO_SCENE;
  #top = 0;

  constructor(out: Output, settings: ReporterSettings, terminal: TerminalScreen, marks: Marks) {
    this.#out = out;
    this.#settings = settings;
    this.#run = settings.run;
    this.#terminal = terminal;
    this.#marks = marks;
    this.#paint = createPaint(out.color, settings.emphasis);
    this.#frames = new Frames(this.#paint);
  }

  handleEvent(event: RunEvent): void {
    this.#history.handleEvent(event);
    this.#events.handleEvent(event);
    if (event.type === 'start') this.#terminal.open(this);
    if (event.type === 'end') this.#close(event.reason === 'error');
    else this.#pace.hurry();
  }

  handleSnapshot(snapshot: RunSnapshot): void {
    this.#load.handleSnapshot(snapshot);
    this.#rates.handleSnapshot(snapshot);
    this.#show(snapshot);
    this.#pace.hurry();
  }

  handleSummary(snapshot: RunSnapshot): void {
    const course = { history: this.#history, load: this.#load };
    this.#out.write(`${summaryLines(snapshot, course, this.#settings, this.#paint).join('\n')}\n`);
  }

  handleInput(text: string): void {
    for (const key of decodeKeys(text)) {
      const { view, command } = handleKey(this.#view, key, { ...this.#scene, nowMs: Date.now() });
      this.#view = view;
      if (command !== null) this.#obey(command);
    }
    this.#pace.hurry();
  }

  handleCleared(): void {
    this.#frames.forget();
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

  #show(snapshot: RunSnapshot): void {
    if (!this.#view.isPaused || this.#snapshot === null) this.#snapshot = snapshot;
  }

  #draw(): void {
    this.#pace.collect(() => this.#show(this.#run.snapshot()));
    const snapshot = this.#snapshot;
    if (snapshot === null) return;
    const { name, bits } = this.#settings;
    const { lines, top, scene } = screenOf({
      snapshot,
      view: this.#view,
      size: this.#terminal.size,
      events: this.#events.lines,
      rates: this.#rates,
      name,
      bits,
      marks: this.#marks,
      top: this.#top,
      nowMs: Date.now(),
    });
    this.#top = top;
    this.#scene = scene;
    this.#terminal.write(this.#frames.draw(lines));
  }

  #close(isFailed: boolean): void {
    this.#pace.stop();
    this.#terminal.close();
    if (isFailed) this.#out.write(this.#events.failures.map((text) => `${text}\n`).join(''));
  }
}

/** As the C library decides which characters there are. */
function marksFor({ LC_ALL, LC_CTYPE, LANG }: NodeJS.ProcessEnv): Marks {
  return /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '') ? BLOCK_MARKS : ASCII_MARKS;
}
