/** Which failures only say again what was said before: a peer that is down fails every second, and its
 *  long explanation is worth reading once. */
import type { Cause, RunEvent } from '../../control/events.js';

export class RepeatedFailures {
  /** What was said last of each target's failures. Bounded by the number of --connect arguments. */
  readonly #said = new Map<string, string>();

  /** True for a failed try whose cause has been said, and nothing else since. */
  isRepeat(event: RunEvent): boolean {
    return event.type === 'failed' && this.#said.get(event.target) === signature(event.cause);
  }

  /** A connection that comes up ends the row: the next failure is news again. */
  handleEvent(event: RunEvent, isShown: boolean): void {
    if (event.type === 'connected') this.#said.delete(event.target);
    if (event.type === 'failed' && isShown) this.#said.set(event.target, signature(event.cause));
  }
}

/** All of a cause but its times. */
function signature({ phase, code, text, tried }: Cause): string {
  return JSON.stringify([phase, code, text, ...tried.map((each) => [each.address, each.code])]);
}
