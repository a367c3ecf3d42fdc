/** The parts of a log as one row of bytes. */
import { type FileHandle, open } from 'node:fs/promises';
import type { ByteSource } from './cursor.js';

interface Part {
  readonly file: FileHandle;
  /** Where it begins in the row. */
  readonly start: number;
  readonly sizeBytes: number;
}

export class LogBytes implements ByteSource {
  readonly sizeBytes: number;
  readonly #parts: readonly Part[];

  private constructor(parts: readonly Part[]) {
    this.#parts = parts;
    this.sizeBytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  }

  /** As long as they are now, in the order of time. Throws what the system says of a file. */
  static async open(paths: readonly string[]): Promise<LogBytes> {
    const parts: Part[] = [];
    let start = 0;
    for (const path of paths) {
      const file = await open(path);
      const { size: sizeBytes } = await file.stat();
      parts.push({ file, start, sizeBytes });
      start += sizeBytes;
    }
    return new LogBytes(parts);
  }

  async read(offset: number, into: Uint8Array): Promise<number> {
    const part = this.#parts.find(({ start, sizeBytes }) => offset >= start && offset < start + sizeBytes);
    if (part === undefined) return 0;
    const length = Math.min(into.length, part.start + part.sizeBytes - offset);
    const { bytesRead } = await part.file.read(into, 0, length, offset - part.start);
    return bytesRead;
  }

  async close(): Promise<void> {
    await Promise.all(this.#parts.map(({ file }) => file.close()));
  }
}
