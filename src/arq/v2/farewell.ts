import { MAX_REASON_LENGTH } from '../../wire/v2/meta.js';
import { BYE_COPIES, BYE_INTERVAL_US } from './limits.js';

/** The Byes of a side that ends a connection in good order. */
export class Farewell {
  readonly reason: string;
  #copiesLeft = BYE_COPIES;
  #dueUs: number;

  constructor(reason: string, nowUs: number) {
    this.reason = reason.slice(0, MAX_REASON_LENGTH);
    this.#dueUs = nowUs;
  }

  get isDone(): boolean {
    return this.#copiesLeft === 0;
  }

  /** When the next copy is to be sent; Infinity behind the last. */
  get dueUs(): number {
    return this.isDone ? Number.POSITIVE_INFINITY : this.#dueUs;
  }

  handleSent(nowUs: number): void {
    this.#copiesLeft--;
    this.#dueUs = nowUs + BYE_INTERVAL_US;
  }
}
