/** A client, a router that translates addresses, and two hosts on the router's bridge, each a network namespace. */
import { execFileSync } from 'node:child_process';
import type { Lifetime } from './children.js';
import type { InstanceOptions } from './instance.js';

/** TEST-NET-2 outside, TEST-NET-3 behind the router (RFC 5737). */
export const ROUTER_IP = '198.51.100.2';
export const HOST_IPS = { a: '203.0.113.2', b: '203.0.113.3' } as const;
const CLIENT_IP = '198.51.100.1';
const INNER_IP = '203.0.113.1';

type Node = 'client' | 'router' | 'a' | 'b';
const NODES: readonly Node[] = ['client', 'router', 'a', 'b'];

let labs = 0;

/** Removed when the test ends; what a killed process leaves is found by its name, as the labs of netns.ts. */
export function makeBridgeLab(t: Lifetime): BridgeLab {
  const lab = new BridgeLab(`ctlab-${process.pid}-bridge${++labs}`);
  t.after(() => lab.remove());
  lab.make();
  return lab;
}

export class BridgeLab {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  /** For whoever starts programs: they run on that node. */
  on(node: Node): InstanceOptions {
    return { prefix: ['ip', 'netns', 'exec', this.#namespace(node)] };
  }

  run(node: Node, command: readonly string[]): void {
    run(['ip', 'netns', 'exec', this.#namespace(node), ...command]);
  }

  make(): void {
    for (const node of NODES) {
      run(['ip', 'netns', 'add', this.#namespace(node)]);
      this.run(node, ['ip', 'link', 'set', 'lo', 'up']);
    }
    this.#cable('client', 'outer');
    this.#address('client', 'eth', CLIENT_IP);
    this.#address('router', 'outer', ROUTER_IP);
    this.run('router', ['ip', 'link', 'add', 'lan', 'type', 'bridge']);
    this.#address('router', 'lan', INNER_IP);
    for (const host of ['a', 'b'] as const) {
      this.#cable(host, `port-${host}`);
      this.run('router', ['ip', 'link', 'set', `port-${host}`, 'master', 'lan']);
      this.#address(host, 'eth', HOST_IPS[host]);
      this.run(host, ['ip', 'route', 'add', 'default', 'via', INNER_IP]);
    }
    this.run('client', ['ip', 'route', 'add', 'default', 'via', ROUTER_IP]);
    this.run('router', ['sysctl', '-qw', 'net.ipv4.ip_forward=1']);
    for (const line of ['add table ip nat', `add chain ip nat in ${hook('prerouting', 'dstnat')}`]) {
      this.run('router', ['nft', line]);
    }
    this.run('router', ['nft', `add chain ip nat out ${hook('postrouting', 'srcnat')}`]);
  }

  remove(): void {
    for (const node of NODES) {
      try {
        run(['ip', 'netns', 'del', this.#namespace(node)]);
      } catch {
        // never made
      }
    }
  }

  #cable(node: Node, routerEnd: string): void {
    const peer = ['peer', 'name', routerEnd, 'netns', this.#namespace('router')];
    run(['ip', '-n', this.#namespace(node), 'link', 'add', 'eth', 'type', 'veth', ...peer]);
    this.run('router', ['ip', 'link', 'set', routerEnd, 'up']);
  }

  #address(node: Node, device: string, ip: string): void {
    this.run(node, ['ip', 'addr', 'add', `${ip}/24`, 'dev', device]);
    this.run(node, ['ip', 'link', 'set', device, 'up']);
  }

  #namespace(node: Node): string {
    return `${this.#name}-${node}`;
  }
}

function hook(name: string, priority: string): string {
  return `{ type nat hook ${name} priority ${priority}; }`;
}

function run([file = '', ...args]: readonly string[]): void {
  execFileSync(file, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 10_000 });
}
