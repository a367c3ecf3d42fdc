import { createRequire } from 'node:module';
import type { LibraryHandle } from 'koffi';

/** System calls of the C library, through koffi. Each returns as in C: -1 is an error, and `errnoName` says which. */
export interface Libc {
  socket(domain: number, type: number, protocol: number): number;
  bind(fd: number, address: Uint8Array, sizeBytes: number): number;
  close(fd: number): number;
  dup(fd: number): number;
  setsockopt(fd: number, level: number, name: number, value: Uint8Array, sizeBytes: number): number;
  /** @param sizeBytes one element: what there is room for, and then what was written */
  getsockopt(fd: number, level: number, name: number, value: Uint8Array, sizeBytes: Uint32Array): number;
  /** Of the call that failed last in this thread: `EINVAL`. */
  errnoName(): string;
  /** Of a number: `EINVAL`. */
  nameOf(errno: number): string;
  /** Where memory outside V8's heap lies: an ArrayBuffer of more than 64 bytes. */
  addressOf(bytes: Uint8Array | DataView): bigint;
  /** The library itself, for further calls. */
  readonly library: LibraryHandle;
}

export type LibcOutcome =
  | { readonly libc: Libc; readonly reason: null }
  /** `reason` completes "not available: ...". */
  | { readonly libc: null; readonly reason: string };

/** glibc's name, and that of the running process: musl is linked under another name, but its calls are there. */
const LIBRARIES = ['libc.so.6', null] as const;

/** Where the table has two names for a number: those that node:net does not tell. */
const SECOND_NAMES: ReadonlySet<string> = new Set(['EWOULDBLOCK', 'EDEADLOCK', 'ENOTSUP']);

let outcome: LibcOutcome | undefined;

/** Loaded at the first call; a thread loads it once. Linux on x86-64 and arm64 only, whose constants and
 *  structures are the ones that we know. */
export function loadLibc(): LibcOutcome {
  outcome ??= load();
  return outcome;
}

/** What the call that failed last in this thread met, as node:net would tell it. */
export function socketError(libc: Libc, syscall: string): NodeJS.ErrnoException {
  const code = libc.errnoName();
  return Object.assign(new Error(`${syscall} ${code}`), { code, syscall });
}

function load(): LibcOutcome {
  const { platform, arch } = process;
  if (platform !== 'linux') return { libc: null, reason: `the system is ${platform}, not Linux` };
  if (!['x64', 'arm64'].includes(arch)) return { libc: null, reason: `${arch} is neither x86-64 nor arm64` };
  try {
    return { libc: declare(), reason: null };
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND';
    const why = missing ? 'is not installed' : `does not load: ${(error as Error).message}`;
    return { libc: null, reason: `the optional package koffi ${why}` };
  }
}

function declare(): Libc {
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
  const library = openFirst(koffi);
  const names = errnoNames(koffi.os.errno);
  const nameOf = (errno: number): string => names.get(errno) ?? `errno ${errno}`;
  return {
    socket: library.func('int socket(int, int, int)'),
    bind: library.func('int bind(int, const uint8_t *, uint32_t)'),
    close: library.func('int close(int)'),
    dup: library.func('int dup(int)'),
    setsockopt: library.func('int setsockopt(int, int, int, const uint8_t *, uint32_t)'),
    getsockopt: library.func('int getsockopt(int, int, int, uint8_t *, uint32_t *)'),
    errnoName: () => nameOf(koffi.errno()),
    nameOf,
    addressOf: (bytes) => koffi.address(bytes),
    library,
  };
}

function errnoNames(errno: Readonly<Record<string, number>>): Map<number, string> {
  const known = Object.entries(errno).filter(([name]) => !SECOND_NAMES.has(name));
  return new Map(known.map(([name, value]) => [value, name]));
}

function openFirst(koffi: typeof import('koffi')): LibraryHandle {
  const failures: unknown[] = [];
  for (const name of LIBRARIES) {
    try {
      return koffi.load(name);
    } catch (error) {
      failures.push(error);
    }
  }
  throw failures[0];
}
