/** A run that is over, on the screen of the live UI. */
import type { Item, Recording } from '../../replay/types.js';
import type { RunSnapshot } from '../../stats/snapshot.js';
import { createPaint } from '../print/palette.js';
import { EventLines } from './event-lines.js';
import { REPLAY_KEYS } from './help.js';
import { decodeKeys, type Key } from './keys.js';
import { advance, handlePlaybackKey, type Playback, timeLine } from './playback.js';
import { Rates } from './rates.js';
import { marksFor } from './spark.js';
import { Stage } from './stage.js';
import { Terminal, type TerminalHandler, type TerminalScreen } from './terminal.js';

interface PlayerOptions {
  readonly speed: number;
  readonly bits: boolean;
  readonly color: boolean;
  readonly emphasis: string;
}

/** As often as the live UI draws at most. */
const FRAME_MS = 100;

/** What a run's own keys would ask of it; p stops a replay as space does. */
const RUN_ONLY: ReadonlySet<string> = new Set(['b', 'r', 'x', 'p']);

export class Player implements TerminalHandler {
  readonly #recording: Recording;
  readonly #terminal: TerminalScreen;
  readonly #stage: Stage;
  #playback: Playback;
  #course = new Course();
  /** How far the course has come. */
  #shownMs = Number.NEGATIVE_INFINITY;
  #hasEnded = false;
  /** A key or a resize has come since the last frame. */
  #isHurried = false;
  #resume: () => void = () => {};

  constructor(
    recording: Recording,
    { speed, bits, color, emphasis }: PlayerOptions,
    terminal: TerminalScreen = new Terminal(process.stdin, process.stdout),
  ) {
    this.#recording = recording;
    this.#terminal = terminal;
    const look = { name: recording.name, bits, marks: marksFor(process.env), keys: REPLAY_KEYS };
    this.#stage = new Stage(terminal, createPaint(color, emphasis), look);
    this.#playback = { positionMs: recording.startMs, speed, isPlaying: true };
  }

  /** Resolves when the user has seen enough. Throws what the system says of the log. */
  async run(): Promise<void> {
    this.#terminal.open(this);
    try {
      let lastMs = performance.now();
      while (!this.#hasEnded) {
        const nowMs = performance.now();
        this.#playback = advance(this.#playback, nowMs - lastMs, this.#recording);
        lastMs = nowMs;
        await this.#show(this.#playback.positionMs);
        this.#draw();
        await this.#rest(FRAME_MS - (performance.now() - nowMs));
      }
    } finally {
      this.#terminal.close();
    }
  }

  end(): void {
    this.#hasEnded = true;
    this.#hurry();
  }

  handleInput(text: string): void {
    for (const key of decodeKeys(text)) this.#handleKey(key);
    this.#hurry();
  }

  handleCleared(): void {
    this.#stage.forget();
    this.#hurry();
  }

  #handleKey(key: Key): void {
    const playback = handlePlaybackKey(this.#playback, key, this.#recording);
    if (playback !== null) this.#playback = playback;
    if (typeof key === 'object' && RUN_ONLY.has(key.char)) return;
    const command = this.#stage.handleKey(key);
    if (command?.type === 'interrupt') this.end();
    if (command?.type === 'redraw') this.handleCleared();
    if (command?.type === 'suspend') this.#terminal.suspend();
  }

  async #show(positionMs: number): Promise<void> {
    const { contextMs } = this.#recording;
    if (positionMs < this.#shownMs || positionMs > this.#shownMs + contextMs) {
      this.#course = new Course();
      await this.#recording.seek(positionMs);
    }
    const course = this.#course;
    await this.#recording.read(positionMs, (item) => course.handle(item));
    this.#shownMs = positionMs;
  }

  #draw(): void {
    const { startMs } = this.#recording;
    const { snapshot, events, rates } = this.#course;
    const elapsedMs = this.#shownMs - startMs;
    this.#stage.draw({
      snapshot: snapshot ?? { ...NOTHING_YET, tMs: this.#shownMs, elapsedMs },
      events: events.lines,
      rates,
      timeLine: timeLine(this.#playback, this.#recording, this.#terminal.size.columns),
    });
  }

  #hurry(): void {
    this.#isHurried = true;
    this.#resume();
  }

  /** Until the next frame, or a key. */
  async #rest(restMs: number): Promise<void> {
    const { isPlaying, positionMs } = this.#playback;
    const isMoving = isPlaying && positionMs < this.#recording.endMs;
    if (!this.#isHurried) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, isMoving ? Math.max(0, restMs) : STILL_MS);
        this.#resume = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#isHurried = false;
  }
}

/** For what a key said to leave the screen again. */
const STILL_MS = 500;

const NOTHING_YET: RunSnapshot = {
  tMs: 0,
  elapsedMs: 0,
  clients: [],
  servers: [],
  shards: [],
  process: { rssBytes: 0, loopDelayP99Ns: 0 },
};

/** What a screen at some moment has to say of the time before it. */
class Course {
  snapshot: RunSnapshot | null = null;
  readonly events = new EventLines();
  readonly rates = new Rates();

  handle(item: Item): void {
    if (item.kind === 'event') {
      this.events.handleEvent(item.event);
      return;
    }
    this.snapshot = item.snapshot;
    if (item.kind === 'snapshot') this.rates.handleSnapshot(item.snapshot);
  }
}
