import { ArrivalLog } from './arrival-log.js';
import type { ReceiveFigures } from './figures.js';

/** What has come of unreliable bulk packets. Their numbers go on over the phases, so that a late one is not
 *  taken for one of the next phase. */
export class DatagramReceiver {
  /** The first number of the running phase, or of the next one. */
  first = 0;
  readonly #figures: ReceiveFigures;
  readonly #log = new ArrivalLog();

  constructor(figures: ReceiveFigures) {
    this.#figures = figures;
  }

  /** False for one that is not counted: it came before, or belongs to the past. */
  handle(sequence: number, dataBytes: number): boolean {
    const figures = this.#figures;
    const log = this.#log;
    figures.packets++;
    if (sequence < this.first || !log.isKnown(sequence)) {
      figures.late++;
      return false;
    }
    if (sequence > log.highest) figures.lost += sequence - log.highest - 1;
    else if (log.hasAny(sequence)) {
      figures.duplicates++;
      return false;
    } else {
      figures.lost--;
      figures.reordered++;
    }
    log.add(sequence, 0, sequence);
    figures.bulkPackets++;
    figures.bulkBytes += dataBytes;
    return true;
  }

  /** The phase is over; its sender says how many packets it sent. Those behind the last that came are lost. */
  finish(packets: number): void {
    const next = this.first + packets;
    this.#figures.lost += Math.max(0, next - 1 - this.#log.highest);
    this.#log.close(next - 1);
    this.first = next;
  }
}
