/** The file that --config names: JSON, or YAML by its name. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { ConntestError } from '../errors.js';
import { quote } from '../options/values/given.js';

const require = createRequire(import.meta.url);

/** What stands in the file. Throws ERR_CONNTEST_USAGE. */
export function readConfig(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ConntestError('ERR_CONNTEST_USAGE', `--config ${quote(path)}: ${(cause as Error).message}`, {
      cause,
    });
  }
  return parseConfig(text, path);
}

/** Throws ERR_CONNTEST_USAGE. */
export function parseConfig(text: string, path: string): unknown {
  const isYaml = /\.ya?ml$/i.test(path);
  try {
    return isYaml ? parseYaml(text) : JSON.parse(text);
  } catch (cause) {
    const [problem = ''] = (cause as Error).message.split('\n');
    const text = `${path} is no ${isYaml ? 'YAML' : 'JSON'}: ${problem.replace(/:$/, '')}`;
    throw new ConntestError('ERR_CONNTEST_USAGE', text, { cause });
  }
}

/** Few runs have such a file, and all would wait for the package. */
function parseYaml(text: string): unknown {
  const { parse } = require('yaml') as typeof import('yaml');
  return parse(text);
}
