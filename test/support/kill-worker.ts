/** Loaded before the program (--import): each SIGUSR2 ends the oldest of its worker threads that still runs, as a
 *  crash in native code or a lack of memory would. */
import { isMainThread, type Worker } from 'node:worker_threads';

if (isMainThread) {
  const workers: Worker[] = [];
  process.on('worker', (worker: Worker) => workers.push(worker));
  process.on('SIGUSR2', () => void workers.shift()?.terminate());
}
