import { readFileSync } from 'node:fs';

/** Whether a screen can be drawn on stdout: a terminal that can place its cursor, and is ours to set up. */
export function hasScreen({ TERM }: NodeJS.ProcessEnv): boolean {
  return process.stdout.isTTY === true && TERM !== 'dumb' && isForeground();
}

/** The system stops a job in the background (`conntest ... &`) that sets its terminal up. Told on Linux only;
 *  elsewhere it is taken to be in front. */
function isForeground(): boolean {
  if (process.platform !== 'linux') return true;
  try {
    // proc(5): behind the command in parentheses come state, ppid, pgrp, session, tty_nr and tpgid.
    const stat = readFileSync('/proc/self/stat', 'utf8');
    const [, , pgrp, , , tpgid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return pgrp === tpgid;
  } catch {
    return true;
  }
}
