import type { Outcome } from '../control/supervisor.js';

/** docs/cli.md. The original ends with 64 for a bad URI; here every usage error is 2. */
export const EXIT = {
  ok: 0,
  runtimeError: 1,
  usage: 2,
  noPeerReachable: 3,
  somePeersUnreachable: 4,
  /** `conntest diff`: the second run is worse; or a --fail-if held. */
  worse: 99,
  /** 128 + SIGINT: the second Ctrl-C. */
  interrupted: 130,
} as const;

/** A peer is reached once the Hellos were exchanged. What the user forbade says more than who was not reached. */
export function exitCodeOf({ reason, clients, reached }: Outcome, anyHeld: boolean): number {
  if (reason === 'error') return EXIT.runtimeError;
  if (anyHeld) return EXIT.worse;
  if (clients === reached) return EXIT.ok;
  return reached === 0 ? EXIT.noPeerReachable : EXIT.somePeersUnreachable;
}
