import { readFileSync } from 'node:fs';

export interface Resident {
  readonly nowBytes: number;
  /** Since the process started. */
  readonly peakBytes: number;
}

/** The memory of a process that is resident, from proc_pid_status(5): VmRSS and VmHWM.
 *  @throws Error where there is no /proc, or no such process */
export function readResident(pid: number): Resident {
  if (process.platform !== 'linux') throw new Error('memory is read from /proc, which only Linux has');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return { nowBytes: fieldBytes(status, 'VmRSS'), peakBytes: fieldBytes(status, 'VmHWM') };
}

/** Clock ticks of proc_pid_stat(5); every Linux has 100 a second. */
const TICKS_PER_SECOND = 100;

/** User and system time since it started.
 *  @param task a process's number, or `1234/task/1235` for a thread of it
 *  @throws Error where there is no /proc, or no such task */
export function readCpuSeconds(task: number | string): number {
  if (process.platform !== 'linux') throw new Error('CPU time is read from /proc, which only Linux has');
  const stat = readFileSync(`/proc/${task}/stat`, 'utf8');
  // Behind the name, which may hold anything: state is field 3, utime 14, stime 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function fieldBytes(status: string, name: string): number {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status);
  if (found === null) throw new Error(`/proc tells no ${name} of a process that has ended`);
  return Number(found[1]) * 1024;
}
