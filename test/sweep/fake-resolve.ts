/** Loaded before the program, as hooks of its modules: its links are those of fake-opening.ts. */

import { type ResolveHook, register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) register(import.meta.url);

export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  if (!specifier.endsWith('/control/sweep-links.js')) return nextResolve(specifier, context);
  return { url: new URL('./fake-opening.js', import.meta.url).href, shortCircuit: true };
};
