/** Part of the build: ends with 1 when a rule of docs/architecture.md is broken. */
import { fileURLToPath } from 'node:url';
import { brokenRules, readSources } from './layers.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const broken = brokenRules(readSources(root));
for (const sentence of broken) process.stderr.write(`layers: ${sentence}\n`);
process.exitCode = broken.length === 0 ? 0 : 1;
