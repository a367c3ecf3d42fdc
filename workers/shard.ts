import type { ShardTask, ToShard } from '../src/control/messages.js';
import { Shard } from './driver.js';

/** The piscina task: one shard, until it is told to stop. */
export default function run(task: ShardTask): Promise<void> {
  const { port } = task;
  return new Promise((resolve) => {
    const shard = new Shard(task, () => {
      port.close();
      resolve();
    });
    port.on('message', (message: ToShard) => shard.handleMessage(message));
  });
}
