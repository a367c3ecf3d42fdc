/** What the next packet waits for. */
export const WAIT = {
  /** For nothing but whoever sends it: it was let go, and more may follow at once. */
  none: 0,
  /** There is none. */
  application: 1,
  /** The set rate. */
  rate: 2,
  /** The peer has no room. */
  window: 3,
  /** The congestion window, or the pace that follows from it. */
  congestion: 4,
} as const;
export type Wait = (typeof WAIT)[keyof typeof WAIT];

/** How long was waited for each, since the connection began. */
export class WaitTimes {
  readonly #us = new Float64Array(Object.keys(WAIT).length);
  #wait: Wait = WAIT.application;
  #sinceUs: number;

  constructor(nowUs: number) {
    this.#sinceUs = nowUs;
  }

  /** This is what is waited for from here on. */
  note(nowUs: number, wait: Wait): void {
    this.#us[this.#wait]! += Math.max(0, nowUs - this.#sinceUs);
    this.#sinceUs = nowUs;
    this.#wait = wait;
  }

  us(nowUs: number, wait: Wait): number {
    const running = wait === this.#wait ? Math.max(0, nowUs - this.#sinceUs) : 0;
    return this.#us[wait]! + running;
  }
}
