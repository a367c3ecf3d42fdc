/** What stands on the screen, and how keys change it: the part that a run and its replay have in common. */
import type { Paint } from '../print/palette.js';
import { Frames } from './frame.js';
import type { Key } from './keys.js';
import { type ScreenInput, screenOf } from './screen.js';
import type { TerminalScreen } from './terminal.js';
import { type Command, FIRST_VIEW, handleKey, type Scene, type View } from './view.js';

/** The same for the whole run. */
type Look = Pick<ScreenInput, 'name' | 'bits' | 'marks' | 'keys'>;
/** What changes with time. */
type Sight = Pick<ScreenInput, 'snapshot' | 'events' | 'rates' | 'timeLine'>;

const NO_SCENE: Scene = { nowMs: 0, peers: [], pageRows: 1 };

export class Stage {
  readonly #terminal: TerminalScreen;
  readonly #look: Look;
  readonly #frames: Frames;
  #view: View = FIRST_VIEW;
  #scene = NO_SCENE;
  #top = 0;

  constructor(terminal: TerminalScreen, paint: Paint, look: Look) {
    this.#terminal = terminal;
    this.#look = look;
    this.#frames = new Frames(paint);
  }

  get isPaused(): boolean {
    return this.#view.isPaused;
  }

  /** @returns what the key asks for beyond the screen */
  handleKey(key: Key): Command | null {
    const { view, command } = handleKey(this.#view, key, { ...this.#scene, nowMs: Date.now() });
    this.#view = view;
    return command;
  }

  draw(sight: Sight): void {
    const { lines, top, scene } = screenOf({
      ...this.#look,
      ...sight,
      view: this.#view,
      size: this.#terminal.size,
      top: this.#top,
      nowMs: Date.now(),
    });
    this.#top = top;
    this.#scene = scene;
    this.#terminal.write(this.#frames.draw(lines));
  }

  /** The screen is no longer what was drawn last. */
  forget(): void {
    this.#frames.forget();
  }
}
