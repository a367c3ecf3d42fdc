/** A short session over loopback, of a shard with itself: what it calls is what every run calls first. */
import { on } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { FromShard, ShardTask, ToShard } from '../control/messages.js';
import { parseConnect } from '../options/addresses/connect-uri.js';
import { parseListen } from '../options/addresses/endpoint.js';

const SETTINGS = {
  name: 'build',
  timeoutMs: 2000,
  maxPacketSizeBytes: 64_000_000,
  logPackets: false,
  udpIo: 'dgram',
} as const;
const OPTIONS = 'monitor-bandwidth&phase=50ms&ping-interval=10ms';

/** The piscina task. */
export type RunShard = (task: ShardTask) => Promise<void>;

/** Ends when a phase was measured. Rejects where there is no loopback to speak of. */
export async function holdSession(shard: RunShard): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  const ended = shard({ shard: 0, firstKey: 1000, port: port2, settings: SETTINGS });
  const say = (message: ToShard): void => port1.postMessage(message);
  try {
    const [target] = parseListen({ text: 'tcp:127.0.0.1:0', label: 'build' }, 0);
    say({ type: 'listen', listen: 0, target: target!, mode: 'exclusive' });
    for await (const message of messages(port1)) {
      if (message.type === 'listen-failed') throw new Error(message.cause.text);
      if (message.type === 'listening') {
        const text = `tcp://127.0.0.1:${message.local.port}?${OPTIONS}`;
        say({
          type: 'connect',
          key: 1,
          id: 'build',
          target: parseConnect({ text, label: 'build' }, 0, SETTINGS),
        });
      }
      if (message.type === 'phase') break;
    }
  } finally {
    say({ type: 'stop' });
    await ended;
    port1.close();
  }
}

async function* messages(port: MessagePort): AsyncGenerator<FromShard> {
  for await (const [message] of on(port, 'message', { signal: AbortSignal.timeout(SETTINGS.timeoutMs) })) {
    yield message as FromShard;
  }
}
