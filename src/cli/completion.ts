/** conntest completion SHELL: what a shell has to read to complete our command line. */
import { bashScript } from '../completion/bash.js';
import { fishScript } from '../completion/fish.js';
import { zshScript } from '../completion/zsh.js';
import { ConntestError } from '../errors.js';
import { SHELLS } from '../options/commands.js';
import { didYouMean } from '../options/values/nearest.js';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

/** Throws ERR_CONNTEST_USAGE. */
export function completionScript(operands: readonly string[]): string {
  const [given, more] = operands;
  const name = SHELLS.find((known) => known === given);
  if (name !== undefined && more === undefined) return SCRIPTS[name]();
  const hint = given === undefined || more !== undefined ? '' : didYouMean(given, SHELLS);
  throw new ConntestError(
    'ERR_CONNTEST_USAGE',
    `completion: write conntest completion ${SHELLS.join('|')}${hint}`,
  );
}
