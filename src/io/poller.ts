import { nowUs } from './clock.js';
import { PollSet } from './kernel/poll-set.js';

/** How a thread learns that something has come: from the event loop, which sleeps meanwhile; from a system call
 *  that blocks it; or by looking without a pause. */
export type LatencyMode = 'event' | 'block' | 'spin';

/** Something that is looked at by the thread itself. */
export interface Polled {
  readonly fd: number;
  /** Takes what has come. Returns how many messages that were. */
  poll(): number;
}

/** What a spinning turn lasts at most: timers, messages and other connections of the thread come in between. A
 *  turn of the loop takes a fiftieth of it, in which nobody looks. */
const SPIN_SLICE_US = 250;

/** The same of a blocking one, and the least that poll(2) can wait: a thousand turns a second cost 5 % of a core. */
const BLOCK_SLICE_MS = 1;

/** What a turn of the loop takes that does nothing else, at most; a shorter one may have done a little. */
const MAX_IDLE_TURN_US = 10;
/** A longer one had other work, even on a machine on which the loop alone takes some 20 us. */
const BUSY_TURN_US = 50;

/** After other work in the loop there may be more, and after a message an answer to ours: for so long nobody
 *  blocks, and nobody spins inside of a turn of a busy loop. */
const LINGER_US = 200;

/** Looks at the sockets of a thread that are to answer sooner than the event loop would tell. It keeps the loop
 *  turning, and waits inside of its turns, in bounded slices, while the loop has nothing else to do. */
export class Poller {
  readonly #noteIdle: (us: number) => void;
  #spinning: readonly Polled[] = [];
  #blocking: readonly Polled[] = [];
  #blockingSet: PollSet | null = null;
  /** Those who only want the loop to turn, and until when somebody does who expects more. */
  #awake = 0;
  #lingerUntilUs = 0;
  #isTurning = false;
  #turnEndUs = 0;
  #busyUntilUs = 0;

  /** @param noteIdle told of time in which the thread was awake and had nothing to do */
  constructor(noteIdle: (us: number) => void) {
    this.#noteIdle = noteIdle;
  }

  /** @throws Error for `block` where the system's calls can't be had */
  add(polled: Polled, mode: Exclude<LatencyMode, 'event'>): void {
    if (mode === 'spin') this.#spinning = [...this.#spinning, polled];
    else {
      this.#blockingSet ??= new PollSet();
      this.#setBlocking([...this.#blocking, polled]);
    }
    this.#start();
  }

  remove(polled: Polled): void {
    this.#spinning = this.#spinning.filter((other) => other !== polled);
    if (this.#blocking.includes(polled))
      this.#setBlocking(this.#blocking.filter((other) => other !== polled));
  }

  /** Keeps the loop from sleeping, until what is returned is called. */
  keepAwake(): () => void {
    this.#awake++;
    this.#start();
    return () => {
      this.#awake--;
    };
  }

  /** Keeps the loop from sleeping for a moment: what comes then needs nobody to wake it, which costs both ends more. */
  linger(): void {
    this.#lingerUntilUs = nowUs() + LINGER_US;
    this.#start();
  }

  #setBlocking(blocking: readonly Polled[]): void {
    this.#blocking = blocking;
    this.#blockingSet?.set(blocking.map(({ fd }) => fd));
  }

  #start(): void {
    if (this.#isTurning) return;
    this.#isTurning = true;
    this.#turnEndUs = nowUs();
    setImmediate(this.#turn);
  }

  #isNeeded(now: number): boolean {
    const isPolling = this.#spinning.length > 0 || this.#blocking.length > 0;
    return isPolling || this.#awake > 0 || now < this.#lingerUntilUs;
  }

  readonly #turn = (): void => {
    const now = nowUs();
    this.#isTurning = this.#isNeeded(now);
    if (!this.#isTurning) return;
    const turnUs = now - this.#turnEndUs;
    if (turnUs > BUSY_TURN_US) this.#busyUntilUs = now + LINGER_US;
    this.#noteIdle(Math.min(turnUs, MAX_IDLE_TURN_US));
    if (this.#look() > 0 && this.#spinning.length === 0) this.#busyUntilUs = now + LINGER_US;
    if (this.#awake === 0 && now >= Math.max(this.#busyUntilUs, this.#lingerUntilUs)) this.#wait(now);
    this.#turnEndUs = nowUs();
    setImmediate(this.#turn);
  };

  /** Returns how many messages there were. */
  #look(): number {
    let found = 0;
    for (const polled of this.#spinning) found += polled.poll();
    for (const polled of this.#blocking) found += polled.poll();
    return found;
  }

  #wait(startUs: number): void {
    if (this.#spinning.length > 0) this.#spin(startUs);
    else if (this.#blocking.length > 0) this.#block(startUs);
  }

  /** Where one spins the others need not block. An answer to what has come may come within the same slice. */
  #spin(startUs: number): void {
    let idleUs = 0;
    let now = startUs;
    while (now - startUs < SPIN_SLICE_US) {
      const found = this.#look();
      const lookedUs = nowUs();
      if (found === 0) idleUs += lookedUs - now;
      now = lookedUs;
    }
    this.#noteIdle(idleUs);
  }

  #block(startUs: number): void {
    const isReady = this.#blockingSet?.wait(BLOCK_SLICE_MS) ?? false;
    this.#noteIdle(nowUs() - startUs);
    if (isReady) this.#look();
  }
}
