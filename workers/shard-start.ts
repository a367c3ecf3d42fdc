/** What piscina loads in a shard's thread. */
import { fileURLToPath } from 'node:url';
import { load } from '../src/load.js';

// Both lie in dist/program.
const path = fileURLToPath(new URL('./shard.cjs', import.meta.url));
const shard = load(path) as typeof import('./shard.js');

export default shard.default;
