import { NO_BYTES } from './text.js';

const NO_VIEW = new DataView(new ArrayBuffer(0));

/** A DataView of the chunk at hand, made once a chunk. */
export class ChunkView {
  #chunk: Uint8Array = NO_BYTES;
  #view: DataView = NO_VIEW;

  of(chunk: Uint8Array): DataView {
    if (this.#chunk !== chunk) {
      this.#chunk = chunk;
      this.#view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    }
    return this.#view;
  }

  /** Forgets the chunk, whose owner may overwrite it now. */
  release(): void {
    this.#chunk = NO_BYTES;
    this.#view = NO_VIEW;
  }
}
