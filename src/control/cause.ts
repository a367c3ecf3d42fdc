import { ioFailure } from '../io/failure.js';
import type { Cause } from './events.js';

/** Why a listen failed. */
export function listenCause(error: NodeJS.ErrnoException): Cause {
  return { phase: 'listen', ...ioFailure(error), elapsedMs: 0, tried: [] };
}
