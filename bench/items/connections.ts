/** Many connections between two instances, latency only. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Instance, type RunRecord, startClient, startListener, stopAll } from '../conntest.js';
import { readResident } from '../resident.js';
import { type Bar, type Result, result } from '../result.js';

const CONNECTIONS = 1000;
/** They stay up for this long, each measuring its latency. */
const STEADY_MS = 10_000;
const LIMIT_MS = 60_000;

const CONNECTED: Bar = { kind: 'below', value: 5000 };
const RESIDENT: Bar = { kind: 'below', value: 300e6 };
const LOOP_DELAY: Bar = { kind: 'below', value: 20 };

export async function benchConnections(): Promise<Result[]> {
  const { instance: listener, port } = await startListener([], LIMIT_MS);
  const client = startClient(port, `connections=${CONNECTIONS}`, [], LIMIT_MS);
  const sides = [
    { name: 'client', instance: client },
    { name: 'listener', instance: listener },
  ];
  try {
    await client.first(allConnected());
    const connectedMs = performance.now() - client.process.startedMs;
    await sleep(STEADY_MS);
    const results = [
      result(`time from process start until ${CONNECTIONS} are connected`, 'ms', [connectedMs], CONNECTED),
    ];
    for (const { name, instance } of sides) results.push(...(await sideResults(name, instance)));
    return results;
  } finally {
    await stopAll([client, listener]);
  }
}

async function sideResults(name: string, instance: Instance): Promise<Result[]> {
  const { peakBytes } = readResident(instance.process.pid);
  const { connections, loopDelayMs } = await instance.first(figures);
  if (connections !== CONNECTIONS) {
    throw new Error(`${connections} of ${CONNECTIONS} connections were left on the ${name}'s side`);
  }
  return [
    result(`peak memory of the ${name}`, 'bytes', [peakBytes], RESIDENT),
    result(`delay of the ${name}'s main loop, p99`, 'ms', [loopDelayMs], LOOP_DELAY),
  ];
}

function allConnected(): (record: RunRecord) => true | undefined {
  let connected = 0;
  return ({ type }) => {
    if (type === 'connected') connected++;
    return connected === CONNECTIONS || undefined;
  };
}

function figures(record: RunRecord): { connections: number; loopDelayMs: number } | undefined {
  if (record.type !== 'snapshot') return undefined;
  const peers = [...record.clients, ...record.servers];
  const connections = peers.reduce((sum, { connections_up: up }) => sum + up, 0);
  return { connections, loopDelayMs: record.process.loop_delay_p99_ns / 1e6 };
}
