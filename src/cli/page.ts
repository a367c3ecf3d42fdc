/** Files that commands write for a reader who may look at any time: the old one or the new one, never a half. */
import { lstatSync, mkdirSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { ConntestError } from '../errors.js';

/** Throws ERR_CONNTEST_OUTPUT. */
export function writeWhole(path: string, text: string): void {
  attempt(() => {
    const isThere = lstatSync(path, { throwIfNoEntry: false }) !== undefined;
    const target = isThere ? realpathSync(path) : path;
    // A device or a pipe is written, not replaced.
    if (isThere && !lstatSync(target).isFile()) writeFileSync(target, text);
    else replace(target, text);
  });
}

/** With those above it. Throws ERR_CONNTEST_OUTPUT. */
export function makeDirectory(path: string): void {
  attempt(() => mkdirSync(path, { recursive: true }));
}

function attempt(write: () => void): void {
  try {
    write();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConntestError('ERR_CONNTEST_OUTPUT', `the report can't be written: ${reason}`, { cause });
  }
}

function replace(path: string, text: string): void {
  const next = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(next, text);
    renameSync(next, path);
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  }
}
