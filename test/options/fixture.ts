/** Shared by the tests of the command line: a machine, and what an error has to be. */
import assert from 'node:assert/strict';
import { type CliContext, parseArgv } from '../../src/cli/program.js';
import { ConntestError } from '../../src/errors.js';
import type { Environment } from '../../src/options/environment.js';
import type { ParsedOptions } from '../../src/options/parse.js';
import type { ConnectTarget } from '../../src/options/types.js';
import type { Given } from '../../src/options/values/given.js';

export const CONTEXT: CliContext = {
  hostname: 'box',
  parallelism: 4,
  version: '1.2.3',
  demoPort: 4321,
  hasScreen: false,
  readConfig: () => ({}),
};

export { AS_THE_SYSTEM_HAS_IT } from '../../src/io/kernel/socket-request.js';

export function given(text: string): Given {
  return { text, label: '--it' };
}

/** Parses an argv that asks for a run. */
export function run(argv: readonly string[], env: Environment = {}): ParsedOptions & { isDemo: boolean } {
  const request = parseArgv(argv, env, CONTEXT);
  assert.equal(request.kind, 'run');
  return request;
}

/** Parses the only --connect of an argv. */
export function connect(uri: string, ...rest: readonly string[]): ConnectTarget {
  const [target] = run(['--connect', uri, ...rest]).options.connects;
  assert.ok(target);
  return target;
}

/** The whole text counts: it is what the user gets to read. */
export function assertRefused(parse: () => unknown, message: string): void {
  assert.throws(parse, (error) => {
    assert.ok(error instanceof ConntestError, String(error));
    assert.deepEqual({ code: error.code, message: error.message }, { code: 'ERR_CONNTEST_USAGE', message });
    return true;
  });
}
