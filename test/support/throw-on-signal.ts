/** Loaded before the program (--import): SIGUSR2 is a bug that nobody has foreseen. */
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  process.on('SIGUSR2', () => {
    throw new Error('thrown by a test');
  });
}
