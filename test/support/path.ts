/** Two hosts and two routers in a row, each a network namespace: client - near - far - server. Both hosts' own links carry
 *  1,500 bytes; what the link between the routers carries is for the test to say. */
import { execFileSync } from 'node:child_process';
import type { Lifetime } from './children.js';

type Node = 'client' | 'near' | 'far' | 'server';
const NODES: readonly Node[] = ['client', 'near', 'far', 'server'];

/** TEST-NETs (RFC 5737) and the documentation prefix (RFC 3849). */
const LINKS = [
  { left: 'client', right: 'near', v4: '192.0.2', v6: '2001:db8:1:' },
  { left: 'near', right: 'far', v4: '198.51.100', v6: '2001:db8:2:' },
  { left: 'far', right: 'server', v4: '203.0.113', v6: '2001:db8:3:' },
] as const;
export const SERVER_IPS = { 4: '203.0.113.2', 6: '2001:db8:3::2' } as const;

/** Of the kernel: what tells that a packet is too large. */
const TOO_LARGE = ['icmp type destination-unreachable', 'icmpv6 type packet-too-big'];

let paths = 0;

/** Removed when the test ends; what a killed process leaves is found by its name, as the labs of netns.ts. */
export function makePath(t: Lifetime, mtuBytes: number): Path {
  const path = new Path(`ctlab-${process.pid}-path${++paths}`);
  t.after(() => path.remove());
  path.make();
  path.setMtu(mtuBytes);
  return path;
}

export class Path {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  /** Before the command of a program: it runs on that node. */
  prefix(node: Node): readonly string[] {
    return ['ip', 'netns', 'exec', `${this.#name}-${node}`];
  }

  run(node: Node, command: readonly string[]): void {
    run([...this.prefix(node), ...command]);
  }

  /** Of the link between the routers. */
  setMtu(mtuBytes: number): void {
    this.run('near', ['ip', 'link', 'set', 'right', 'mtu', String(mtuBytes)]);
    this.run('far', ['ip', 'link', 'set', 'left', 'mtu', String(mtuBytes)]);
  }

  /** Routers say nothing of what they drop. */
  dropIcmp(): void {
    for (const node of ['near', 'far'] as const) {
      this.#chain(node, 'output');
      for (const what of TOO_LARGE) this.run(node, ['nft', `add rule inet lab output ${what} drop`]);
    }
  }

  /** As some firewalls do. */
  dropFragments(): void {
    for (const node of ['near', 'far'] as const) {
      this.#chain(node, 'forward');
      this.run(node, ['nft', 'add rule inet lab forward ip frag-off & 0x3fff != 0 drop']);
    }
  }

  make(): void {
    for (const node of NODES) {
      run(['ip', 'netns', 'add', `${this.#name}-${node}`]);
      for (const of of ['all', 'default']) {
        this.run(node, [
          'sysctl',
          '-qw',
          `net.ipv6.conf.${of}.accept_dad=0`,
          `net.ipv6.conf.${of}.forwarding=1`,
        ]);
      }
      this.run(node, ['sysctl', '-qw', 'net.ipv4.ip_forward=1']);
      this.run(node, ['ip', 'link', 'set', 'lo', 'up']);
    }
    for (const link of LINKS) this.#join(link);
    this.#route('client', 'default', '192.0.2.2', '2001:db8:1::2');
    this.#route('near', 'default', '198.51.100.2', '2001:db8:2::2');
    this.#route('far', 'default', '198.51.100.1', '2001:db8:2::1');
    this.#route('server', 'default', '203.0.113.1', '2001:db8:3::1');
  }

  remove(): void {
    for (const node of NODES) {
      try {
        run(['ip', 'netns', 'del', `${this.#name}-${node}`]);
      } catch {
        // never made
      }
    }
  }

  /** The device is called after where it leads. */
  #join({ left, right, v4, v6 }: (typeof LINKS)[number]): void {
    const peer = ['peer', 'name', 'left', 'netns', `${this.#name}-${right}`];
    run(['ip', '-n', `${this.#name}-${left}`, 'link', 'add', 'right', 'type', 'veth', ...peer]);
    for (const [node, device, last] of [[left, 'right', 1] as const, [right, 'left', 2] as const]) {
      this.run(node, ['ip', 'addr', 'add', `${v4}.${last}/24`, 'dev', device]);
      this.run(node, ['ip', 'addr', 'add', `${v6}:${last}/64`, 'dev', device]);
      this.run(node, ['ip', 'link', 'set', device, 'up']);
    }
  }

  #route(node: Node, to: string, via4: string, via6: string): void {
    this.run(node, ['ip', 'route', 'add', to, 'via', via4]);
    this.run(node, ['ip', '-6', 'route', 'add', to, 'via', via6]);
  }

  #chain(node: Node, hook: 'output' | 'forward'): void {
    this.run(node, ['nft', 'add table inet lab']);
    this.run(node, ['nft', `add chain inet lab ${hook} { type filter hook ${hook} priority 0; }`]);
  }
}

function run([file = '', ...args]: readonly string[]): void {
  execFileSync(file, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 10_000 });
}
