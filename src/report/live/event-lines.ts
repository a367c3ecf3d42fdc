import type { RunEvent } from '../../control/events.js';
import { formatClock } from '../print/format.js';
import { OpenConnections } from '../rows/connections.js';
import { RepeatedFailures } from '../rows/repeats.js';
import { eventTexts } from '../words/event-text.js';
import { type Line, span } from './line.js';

/** What the tallest terminal has room for. */
const MAX_LINES = 5;

/** The newest events as lines. */
export class EventLines {
  lines: readonly Line[] = [];
  /** What kept addresses from being listened on: it ends the run, and the screen with it. */
  readonly failures: string[] = [];
  readonly #connections = new OpenConnections();
  readonly #repeats = new RepeatedFailures();

  handleEvent(event: RunEvent): void {
    const remote = 'key' in event ? this.#connections.remoteOf(event.key) : null;
    this.#connections.handleEvent(event);
    const texts = eventTexts(event, { remote, isRepeat: this.#repeats.isRepeat(event) });
    this.#repeats.handleEvent(event, texts.length > 0);
    if (event.type === 'listen-failed') this.failures.push(...texts.map(({ text }) => text));
    const clock = span(` ${formatClock(event.tMs)}  `, 'faint');
    const fresh = texts.map(({ tone, text }): Line => [clock, span(text, tone)]);
    this.lines = [...this.lines, ...fresh].slice(-MAX_LINES);
  }
}
