import { readFileSync } from 'node:fs';

/** How many descriptors this process may have open (ulimit -n); null where the system doesn't say in /proc. */
export function maxDescriptors(): number | null {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return soft === undefined ? null : Number(soft);
  } catch {
    return null;
  }
}
