import { EXIT } from './exit-codes.js';

/** The first signal ends what runs in good order, with what is known; the second ends at once. */
export function onInterrupt(stop: () => void): void {
  let signals = 0;
  const handle = (): void => {
    signals++;
    if (signals > 1) process.exit(EXIT.interrupted);
    stop();
  };
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
}
