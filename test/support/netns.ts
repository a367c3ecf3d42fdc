/** Two network namespaces joined by a cable (a veth pair), for tests that break the network. Linux and root only. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Lifetime, spawnChild } from './children.js';
import type { InstanceOptions } from './instance.js';

/** Names are `ctlab-<pid of the test>-<number>-<a|b>`: unique, and whose process is gone is a leftover. */
const PREFIX = 'ctlab';

/** TEST-NET-2 (RFC 5737). */
export const LEFT_IP = '198.51.100.1';
export const RIGHT_IP = '198.51.100.2';

/** Of the documentation prefix (RFC 3849); a test that wants them gives them to the sides. */
export const LEFT_IP6 = '2001:db8::1';
export const RIGHT_IP6 = '2001:db8::2';

const SIDES = ['left', 'right'] as const;
export type Side = (typeof SIDES)[number];

const DELAY_LINE = fileURLToPath(new URL('delay-line.js', import.meta.url));

let labs = 0;
const live = new Set<Lab>();

process.on('exit', () => {
  for (const lab of live) lab.remove();
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => process.exit(1)); // which 'exit' above follows
}

/** Why there can be no lab here, in words for the test report; false: there can. */
export function whyNoLab(): string | false {
  if (process.platform !== 'linux') return 'network namespaces are a thing of Linux';
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  for (const tool of ['ip', 'nft']) {
    if (!canRun(tool, ['-V'])) return `the tool ${tool} is not installed`;
  }
  return canRun('ip', ['netns', 'list']) ? false : 'this system does not allow network namespaces';
}

/** A fresh lab; removed when the test ends, whatever happens. */
export function makeLab(t: Lifetime): Lab {
  removeLeftovers();
  const lab = new Lab(`${PREFIX}-${process.pid}-${++labs}`);
  t.after(() => lab.remove());
  lab.make();
  return lab;
}

/** One whose cable is so long that everything takes `delayMs` from end to end. */
export async function makeLongLab(t: Lifetime, delayMs: number): Promise<Lab> {
  removeLeftovers();
  const lab = new Lab(`${PREFIX}-${process.pid}-${++labs}`);
  t.after(() => lab.remove());
  lab.makeLong();
  const line = [process.execPath, DELAY_LINE, String(delayMs), ...SIDES];
  const { stdout } = spawnChild(t, ['ip', 'netns', 'exec', lab.middle, ...line]);
  await once(stdout!, 'data');
  return lab;
}

export class Lab {
  readonly #name: string;
  #namespaces: readonly string[] = [];

  constructor(name: string) {
    this.#name = name;
  }

  /** For startInstance: the program runs on that side. */
  on(side: Side): InstanceOptions {
    return { prefix: ['ip', 'netns', 'exec', this.#namespace(side)] };
  }

  /** Runs a tool on a side; its stdout. */
  run(side: Side, command: readonly string[]): string {
    return run(['ip', 'netns', 'exec', this.#namespace(side), ...command]);
  }

  /** Takes an end of the cable out, or puts it in again. */
  setLink(side: Side, state: 'up' | 'down'): void {
    this.run(side, ['ip', 'link', 'set', 'cable', state]);
  }

  /** Filters what arrives on a side until `unfilter`: an nft rule such as `tcp dport 1234 drop`. */
  filter(side: Side, rule: string): void {
    const hook = '{ type filter hook input priority 0; }';
    for (const line of [
      'add table inet lab',
      `add chain inet lab in ${hook}`,
      `add rule inet lab in ${rule}`,
    ]) {
      this.run(side, ['nft', line]);
    }
  }

  unfilter(side: Side): void {
    this.run(side, ['nft', 'delete table inet lab']);
  }

  /** The link-local IPv6 address of an end of the cable, without its zone. */
  linkLocal(side: Side): string {
    const shown = this.run(side, ['ip', '-6', '-o', 'addr', 'show', 'dev', 'cable', 'scope', 'link']);
    const [, address] = /inet6 (\S+)\/64/.exec(shown) ?? [];
    if (address === undefined) throw new Error(`no link-local address in: ${shown}`);
    return address;
  }

  make(): void {
    live.add(this);
    for (const side of SIDES) this.#addSide(side);
    const left = this.#namespace('left');
    const peer = ['peer', 'name', 'cable', 'netns', this.#namespace('right')];
    run(['ip', '-n', left, 'link', 'add', 'cable', 'type', 'veth', ...peer]);
    this.#plugIn();
  }

  /** A cable from each side to a namespace between them, where nothing is handed on by itself. */
  makeLong(): void {
    live.add(this);
    this.#add(this.middle);
    for (const side of SIDES) {
      this.#addSide(side);
      const peer = ['peer', 'name', side, 'netns', this.middle];
      run(['ip', '-n', this.#namespace(side), 'link', 'add', 'cable', 'type', 'veth', ...peer]);
      run(['ip', '-n', this.middle, 'link', 'set', side, 'up']);
    }
    this.#plugIn();
  }

  get middle(): string {
    return `${this.#name}-middle`;
  }

  remove(): void {
    if (!live.delete(this)) return;
    for (const namespace of this.#namespaces) removeNamespace(namespace);
  }

  #add(namespace: string): void {
    this.#namespaces = [...this.#namespaces, namespace];
    run(['ip', 'netns', 'add', namespace]);
  }

  #addSide(side: Side): void {
    this.#add(this.#namespace(side));
    // An address is usable at once without the search for a duplicate, which takes a second or two.
    this.run(side, ['sysctl', '-qw', 'net.ipv6.conf.default.accept_dad=0']);
    this.run(side, ['ip', 'link', 'set', 'lo', 'up']);
  }

  #plugIn(): void {
    this.run('left', ['ip', 'addr', 'add', `${LEFT_IP}/24`, 'dev', 'cable']);
    this.run('right', ['ip', 'addr', 'add', `${RIGHT_IP}/24`, 'dev', 'cable']);
    for (const side of SIDES) this.setLink(side, 'up');
  }

  #namespace(side: Side): string {
    return `${this.#name}-${side}`;
  }
}

/** Of test processes that were killed. */
function removeLeftovers(): void {
  for (const line of run(['ip', 'netns', 'list']).split('\n')) {
    const [name = ''] = line.split(' ');
    const [, pid] = new RegExp(`^${PREFIX}-(\\d+)-`).exec(name) ?? [];
    if (pid !== undefined && !isRunning(pid)) removeNamespace(name);
  }
}

/** Its cable goes with it. */
function removeNamespace(name: string): void {
  try {
    run(['ip', 'netns', 'del', name]);
  } catch {
    // gone already, or never made
  }
}

function isRunning(pid: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').length > 0;
  } catch {
    return false;
  }
}

function canRun(file: string, args: readonly string[]): boolean {
  try {
    run([file, ...args]);
    return true;
  } catch {
    return false;
  }
}

function run([file = '', ...args]: readonly string[]): string {
  return execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 10_000 });
}
