/** Loads the program's files (`src/build/program.ts`) with what V8 has made of them before: compiling them takes tens of milliseconds of a
 *  start. The build leaves that beside each file. Another version of V8 refuses it, and compiles as usual. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Script } from 'node:vm';

type Scope = (
  exports: unknown,
  require: NodeJS.Require,
  module: { readonly exports: unknown },
  filename: string,
  directory: string,
) => void;

/** As require() does, but once for each call.
 *  @param path absolute */
export function load(path: string): unknown {
  return evaluate(compile(path, cacheOf(path)), path);
}

export function evaluate(file: Script, path: string): unknown {
  const module = { exports: {} };
  const scope = file.runInThisContext() as Scope;
  scope(module.exports, createRequire(path), module, path, dirname(path));
  return module.exports;
}

/** The build writes ASCII.
 *  @param cachedData made of the same text */
export function compile(path: string, cachedData?: Buffer): Script {
  const code = readFileSync(path, 'latin1');
  const text = `(function (exports, require, module, __filename, __dirname) { ${code}\n})`;
  return new Script(text, { filename: path, ...(cachedData && { cachedData }) });
}

export function cachePath(path: string): string {
  return `${path}.cache`;
}

function cacheOf(path: string): Buffer | undefined {
  try {
    return readFileSync(cachePath(path));
  } catch {
    return undefined;
  }
}
