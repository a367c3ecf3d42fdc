/** Loads the program's files (`src/build/program.ts`) with what V8 has made of them before: compiling takes a third of a
 *  start. The build leaves that beside each file. Another version of V8 refuses it, and compiles as usual. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { Script } from 'node:vm';

type Scope = (
  exports: unknown,
  require: (id: string) => unknown,
  module: { readonly exports: unknown },
  filename: string,
  directory: string,
) => void;

const modules = new Map<string, { readonly exports: unknown }>();

/** As require() does.
 *  @param path absolute */
export function load(path: string): unknown {
  const known = modules.get(path);
  return known === undefined ? evaluate(compile(path, cacheOf(path)), path) : known.exports;
}

export function evaluate(file: Script, path: string): unknown {
  const module = { exports: {} };
  modules.set(path, module);
  const directory = dirname(path);
  const outside = createRequire(path);
  const inside = (id: string): unknown => (id.startsWith('./') ? load(resolve(directory, id)) : outside(id));
  const scope = file.runInThisContext() as Scope;
  scope(module.exports, Object.assign(inside, { resolve: outside.resolve }), module, path, directory);
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
