import type { ProbeTask } from '../src/control/probe-messages.js';
import { Prober } from './prober.js';

/** The piscina task: one thread's share of a round of probes. */
export default async function run(task: ProbeTask): Promise<void> {
  const prober = new Prober(task);
  task.port.once('message', () => prober.stop());
  await prober.run();
  task.port.close();
}
