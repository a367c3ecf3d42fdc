/** Who may know whom (docs/architecture.md), checked on the import graph and on the text of the pure folders. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';

export interface SourceFile {
  /** Relative to the project, with slashes: `src/wire/framer.ts`. */
  readonly path: string;
  readonly text: string;
}

interface Layer {
  /** The files that it is about: a prefix of their paths. */
  readonly of: string;
  /** Prefixes of what they may import of ours, besides their own folder. */
  readonly ours: readonly string[];
  /** Packages and node: modules; undefined: any that no other rule reserves. */
  readonly others?: readonly string[];
}

const VOCABULARY = ['src/options/types', 'src/errors'];

const LAYERS: readonly Layer[] = [
  { of: 'src/wire/', ours: [], others: [] },
  { of: 'src/arq/', ours: ['src/wire/'], others: [] },
  { of: 'src/session/', ours: ['src/arq/', 'src/wire/', 'src/options/types'], others: [] },
  { of: 'src/stats/', ours: [], others: ['node:zlib'] },
  { of: 'src/sweep/', ours: ['src/options/types'], others: [] },
  { of: 'src/completion/', ours: ['src/options/'], others: [] },
  { of: 'src/verdict/', ours: [], others: [] },
  { of: 'src/options/', ours: ['src/errors', 'src/sweep/types', 'src/verdict/'], others: ['node:'] },
  { of: 'src/io/', ours: ['src/wire/', 'src/options/types'], others: ['node:', 'koffi'] },
  { of: 'src/probe/', ours: ['src/wire/', 'src/options/types', 'src/options/addresses/ports'], others: [] },
  {
    of: 'src/report/',
    ours: [
      'src/stats/snapshot',
      'src/control/events',
      'src/control/commands',
      'src/options/addresses/ports',
      'src/replay/types',
      'src/probe/types',
      'src/probe/sections',
      'src/probe/runs',
      'src/probe/alike',
      'src/probe/changes',
      'src/sweep/',
    ],
  },
  {
    of: 'src/replay/',
    ours: [
      'src/analysis/fields',
      'src/stats/encoding',
      'src/stats/latency',
      'src/stats/snapshot',
      'src/control/events',
    ],
    others: ['node:'],
  },
  {
    of: 'src/analysis/',
    ours: ['src/stats/latency', 'src/stats/encoding', 'src/report/files/log-parts', 'src/verdict/'],
    others: ['node:'],
  },
  {
    of: 'src/log-report/',
    ours: ['src/analysis/', 'src/report/print/format', 'src/report/print/ascii'],
    others: ['node:', 'uplot'],
  },
  {
    of: 'src/control/',
    ours: [
      'src/stats/',
      'src/io/',
      'src/session/backoff',
      'src/session/deal',
      'src/probe/',
      'src/sweep/types',
      'src/options/probe',
      'src/options/addresses/probe-target',
      ...VOCABULARY,
    ],
    others: ['node:', 'piscina'],
  },
  {
    of: 'workers/',
    ours: [
      'src/io/',
      'src/arq/',
      'src/session/',
      'src/stats/',
      'src/wire/',
      'src/probe/',
      'src/analysis/',
      'src/load',
      'src/control/messages',
      'src/control/probe-messages',
      'src/control/events',
      'src/options/types',
    ],
    others: ['node:'],
  },
];

/** A package, and the only places that may know it. */
const RESERVED: Readonly<Record<string, readonly string[]>> = {
  piscina: ['src/control/'],
  commander: ['src/cli'],
  chalk: ['src/report/print/'],
  'cli-table3': ['src/report/print/'],
  'hdr-histogram-js': ['test/'],
  koffi: ['src/io/'],
  uplot: ['src/log-report/'],
  esbuild: ['src/build/'],
};

const PURE = ['src/wire/', 'src/arq/', 'src/session/', 'src/probe/', 'src/sweep/', 'src/verdict/'];
/** What would let a clock, chance or the outside into the pure core; the compiler (types: []) refuses the rest. */
const IMPURE =
  /\b(Date|Math\.random|setTimeout|setInterval|setImmediate|queueMicrotask|performance|process|Buffer|crypto|console|globalThis|fetch)\b/;

export function readSources(root: string): SourceFile[] {
  return ['src', 'workers'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(root, folder, name))
      .map((path) => ({
        path: relative(root, path).replaceAll('\\', '/'),
        text: readFileSync(path, 'utf8'),
      })),
  );
}

/** Every broken rule as a sentence; none: the house is in order. */
export function brokenRules(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => [...brokenImports(file), ...brokenPurity(file)]);
}

function brokenImports(file: SourceFile): string[] {
  return importsOf(file).flatMap((target) => {
    const broken =
      target.startsWith('src/') || target.startsWith('workers/')
        ? brokenOurs(file.path, target)
        : brokenOther(file.path, target);
    return broken === null ? [] : [`${file.path} imports ${target}: ${broken}`];
  });
}

function brokenOurs(path: string, target: string): string | null {
  if (target.startsWith('src/cli')) {
    return path.startsWith('src/cli') || path.startsWith('src/build/') ? null : 'nothing imports the cli';
  }
  if (target.startsWith('workers/') && !path.startsWith('workers/')) return 'workers are loaded by URL only';
  const layer = LAYERS.find(({ of }) => path.startsWith(of));
  if (layer === undefined || target.startsWith(layer.of)) return null;
  if (layer.ours.some((prefix) => target.startsWith(prefix))) return null;
  return `${layer.of} may know ${layer.ours.join(', ') || 'nothing else of ours'}`;
}

function brokenOther(path: string, target: string): string | null {
  const reserved = RESERVED[target];
  if (reserved !== undefined && !reserved.some((prefix) => path.startsWith(prefix))) {
    return `only ${reserved.join(', ')} may know ${target}`;
  }
  const others = LAYERS.find(({ of }) => path.startsWith(of))?.others;
  if (others === undefined || others.some((prefix) => target.startsWith(prefix))) return null;
  return `allowed here: ${others.join(', ') || 'no package and no node: module'}`;
}

function brokenPurity(file: SourceFile): string[] {
  if (!PURE.some((prefix) => file.path.startsWith(prefix))) return [];
  return withoutComments(file.text)
    .split('\n')
    .flatMap((line, i) => {
      const found = IMPURE.exec(line);
      return found ? [`${file.path}:${i + 1} uses ${found[1]}: ${PURE.join(', ')} are pure`] : [];
    });
}

/** Static, re-exporting, type and dynamic imports; ours as paths from the project's root, without ending. */
function importsOf({ path, text }: SourceFile): string[] {
  const pattern = /(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"]+)['"]/g;
  return [...withoutComments(text).matchAll(pattern)].map(([, specifier = '']) =>
    specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier).replace(/\.js$/, '') : specifier,
  );
}

/** Keeps line numbers. Good enough for our own formatted sources: no comment starts in a string here. */
function withoutComments(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ''))
    .replace(/(^|\s)\/\/.*$/gm, '$1');
}
