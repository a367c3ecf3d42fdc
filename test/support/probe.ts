/** `conntest probe` as a test sees it: the lines that it says with --ui json, written from docs/probe.md. */
import { type Lifetime, runChild } from './children.js';
import { CLI_PATH, type InstanceOptions } from './instance.js';

export interface PortLine {
  readonly type: 'port' | 'change';
  readonly protocol: 'tcp' | 'udp';
  readonly host: string;
  readonly address: string | null;
  readonly port: number;
  readonly state: string;
  readonly cause: string;
  readonly errno: string | null;
  readonly icmp: { readonly type: number; readonly code: number; readonly from: string } | null;
  readonly peer: { readonly name: string; readonly version: number; readonly latency_ns: number } | null;
  readonly said: string | null;
  readonly elapsed_us: number;
  readonly tries: number;
  readonly state_before?: string;
}

export interface ProbeLines {
  readonly code: number | null;
  readonly ports: readonly PortLine[];
  readonly summary: Readonly<Record<string, unknown>>;
  readonly stderr: string;
}

/** Runs it to its end. */
export async function probe(
  t: Lifetime,
  args: readonly string[],
  { prefix = [], imports = [] }: InstanceOptions = {},
): Promise<ProbeLines> {
  const loads = imports.flatMap((path) => ['--import', path]);
  const command = [...prefix, process.execPath, ...loads, CLI_PATH, 'probe', ...args, '--ui', 'json'];
  const { code, stdout, stderr } = await runChild(t, command);
  const lines = stdout.split('\n').filter((line) => line !== '');
  const records = lines.map((line) => JSON.parse(line) as { type: string });
  const ports = records.filter(({ type }) => type === 'port') as unknown as PortLine[];
  const summary = (records.find(({ type }) => type === 'summary') ?? {}) as Record<string, unknown>;
  return { code, ports, summary, stderr };
}

/** The only line of a port; fails when there is none, or several. */
export function portLine({ ports }: ProbeLines, port: number, protocol: 'tcp' | 'udp' = 'tcp'): PortLine {
  const found = ports.filter((line) => line.port === port && line.protocol === protocol);
  if (found.length !== 1)
    throw new Error(`${found.length} lines of ${protocol} ${port}: ${JSON.stringify(ports)}`);
  return found[0]!;
}
