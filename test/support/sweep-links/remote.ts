/** The links of a sweep in another process, as a test asks them. */
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type {
  Measured,
  MtuProbeOutcome,
  SweepDirection,
  SweepLink,
  SweepOptions,
  Unmeasured,
} from '../../../src/sweep/types.js';
import { type Lifetime, spawnChild } from '../children.js';

const PROGRAM = fileURLToPath(new URL('main.js', import.meta.url));

export type LinkCall = { readonly link: number } & (
  | { readonly kind: 'measure'; readonly sizeBytes: number; readonly direction: SweepDirection }
  | { readonly kind: 'probe'; readonly datagramBytes: number; readonly direction: SweepDirection }
  | { readonly kind: 'kernel-mtu' }
);

export class RemoteLinks {
  facts: readonly Pick<SweepLink, 'way' | 'version' | 'family' | 'peerName'>[] = [];
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #stderr = '';

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.stderr?.on('data', (text: string) => {
      this.#stderr += text;
    });
    this.#lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  }

  /** @param prefix put before node: `ip netns exec NAME` */
  static async open(
    t: Lifetime,
    options: SweepOptions,
    prefix: readonly string[] = [],
  ): Promise<RemoteLinks> {
    const command = [...prefix, process.execPath, PROGRAM, JSON.stringify(options)];
    const remote = new RemoteLinks(spawnChild(t, command, { stdin: 'pipe' }));
    remote.facts = (await remote.#next()) as RemoteLinks['facts'];
    return remote;
  }

  measure(sizeBytes: number, direction: SweepDirection, link = 0): Promise<Measured | Unmeasured> {
    return this.#ask({ link, kind: 'measure', sizeBytes, direction }) as Promise<Measured | Unmeasured>;
  }

  probe(direction: SweepDirection, datagramBytes: number): Promise<MtuProbeOutcome> {
    return this.#ask({ link: 0, kind: 'probe', direction, datagramBytes }) as Promise<MtuProbeOutcome>;
  }

  kernelMtuBytes(): Promise<number | null> {
    return this.#ask({ link: 0, kind: 'kernel-mtu' }) as Promise<number | null>;
  }

  #ask(call: LinkCall): Promise<unknown> {
    this.#child.stdin?.write(`${JSON.stringify(call)}\n`);
    return this.#next();
  }

  async #next(): Promise<unknown> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`the links ended: ${this.#stderr}`);
    return JSON.parse(value);
  }
}
