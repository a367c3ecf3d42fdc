/** What the system knows about another process of this machine. Linux only. */
import { readdirSync, readFileSync } from 'node:fs';

/** Descriptors that the process has open; NaN where there is no /proc. */
export function openDescriptors(pid: number): number {
  return countEntries(`/proc/${pid}/fd`);
}

export function threads(pid: number): number {
  return countEntries(`/proc/${pid}/task`);
}

/** How many this process, and those that it starts, may have open; Infinity where there is no /proc. */
export function maxDescriptors(): number {
  try {
    const [, , hard] =
      /^Max open files\s+(\S+)\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return hard === 'unlimited' ? Number.POSITIVE_INFINITY : Number(hard); // node raises its own to the hard one
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** Resident memory, in bytes; NaN where there is no /proc. */
export function residentBytes(pid: number): number {
  try {
    const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kib) * 1024;
  } catch {
    return Number.NaN;
  }
}

function countEntries(folder: string): number {
  try {
    return readdirSync(folder).length;
  } catch {
    return Number.NaN;
  }
}
