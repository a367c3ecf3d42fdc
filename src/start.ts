/** What the program's entry loads for all but the shortest answers. */
import { fileURLToPath } from 'node:url';
import { load } from './load.js';

load(fileURLToPath(import.meta.resolve('#program/cli.cjs')));
