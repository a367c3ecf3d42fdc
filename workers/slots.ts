import type { FromShard } from '../src/control/messages.js';
import { PageWriter } from '../src/stats/page-writer.js';
import { Figures } from './figures.js';

/** The shard's share of the statistics memory: pages made when needed, slots by connection key. */
export class Slots {
  readonly #shard: number;
  readonly #send: (message: FromShard) => void;
  readonly #pages: PageWriter[] = [];
  readonly #figures = new Map<number, Figures>();

  constructor(shard: number, send: (message: FromShard) => void) {
    this.#shard = shard;
    this.#send = send;
    this.#addPage();
  }

  /** The figures of a connection; the same ones after a reconnect. */
  open(key: number, pingIntervalNs: number): Figures {
    const known = this.#figures.get(key);
    if (known !== undefined) return known;
    const figures = this.#allocate(key, pingIntervalNs);
    this.#figures.set(key, figures);
    return figures;
  }

  /** By key. */
  all(): IterableIterator<[number, Figures]> {
    return this.#figures.entries();
  }

  release(key: number): void {
    const figures = this.#figures.get(key);
    if (figures === undefined) return;
    this.#figures.delete(key);
    this.#pages[figures.place.page]!.close(figures.place.slot);
  }

  setUtilization(share: number): void {
    this.#pages[0]!.setUtilization(share);
  }

  #allocate(key: number, pingIntervalNs: number): Figures {
    for (let page = 0; ; page++) {
      const writer = this.#pages[page] ?? this.#addPage();
      const slot = writer.alloc();
      if (slot < 0) continue;
      writer.open(slot, key);
      return new Figures(writer, { page, slot }, pingIntervalNs);
    }
  }

  #addPage(): PageWriter {
    const writer = PageWriter.create(this.#shard);
    this.#send({ type: 'page', page: this.#pages.length, buffer: writer.buffer });
    this.#pages.push(writer);
    return writer;
  }
}
