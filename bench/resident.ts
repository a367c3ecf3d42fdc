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

function fieldBytes(status: string, name: string): number {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status);
  if (found === null) throw new Error(`/proc tells no ${name} of a process that has ended`);
  return Number(found[1]) * 1024;
}
