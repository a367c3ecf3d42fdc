/** A process that gets a part of a CPU only: the quota of a control group, of either version. */
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import type { Lifetime } from './children.js';

const V1 = '/sys/fs/cgroup/cpu';
const V2 = '/sys/fs/cgroup';
/** Short, so that nothing else stands still for long. */
const PERIOD_US = 20_000;

let groups = 0;

/** Why there are no quotas here, in words for the test report; false: there are. */
export function whyNoQuota(): string | false {
  const root = rootOf();
  if (root === null) return 'there are no control groups for CPUs';
  try {
    accessSync(root, constants.W_OK);
    return false;
  } catch {
    return 'control groups need root';
  }
}

/** From here on and until the test ends the process runs for `percent` of a CPU's time. */
export function limitCpu(t: Lifetime, pid: number, percent: number): void {
  const root = rootOf();
  if (root === null) throw new Error('there are no control groups for CPUs');
  const group = `${root}/ctlab-${process.pid}-${++groups}`;
  const quotaUs = (PERIOD_US * percent) / 100;
  mkdirSync(group);
  t.after(() => {
    move(pid, root);
    rmdirSync(group);
  });
  if (root === V1) {
    writeFileSync(`${group}/cpu.cfs_period_us`, String(PERIOD_US));
    writeFileSync(`${group}/cpu.cfs_quota_us`, String(quotaUs));
  } else writeFileSync(`${group}/cpu.max`, `${quotaUs} ${PERIOD_US}`);
  move(pid, group);
}

function rootOf(): typeof V1 | typeof V2 | null {
  if (existsSync(`${V1}/cgroup.procs`)) return V1;
  const controllers = `${V2}/cgroup.subtree_control`;
  return existsSync(controllers) && readFileSync(controllers, 'ascii').includes('cpu') ? V2 : null;
}

function move(pid: number, group: string): void {
  try {
    writeFileSync(`${group}/cgroup.procs`, String(pid));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it has ended
  }
}
