/** Part of the build: lays out --help once, since loading what it is made of takes longer than starting node. */
import { writeFileSync } from 'node:fs';
import { helpText } from './cli-program.js';

writeFileSync(new URL('./help.txt', import.meta.url), helpText());
