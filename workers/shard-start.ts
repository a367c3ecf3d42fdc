/** What piscina loads in a shard's thread. */
import { fileURLToPath } from 'node:url';
import { load } from '../src/load.js';

const shard = load(fileURLToPath(import.meta.resolve('#program/shard.cjs'))) as typeof import('./shard.js');

export default shard.default;
