/** Lays out --help once, since loading what it is made of takes longer than starting node, and the man page that npm
 *  installs. */
import { readFileSync, writeFileSync } from 'node:fs';
import { manPage } from '../cli/man.js';
import { helpText } from '../cli/program.js';

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
writeFileSync(new URL('../help.txt', import.meta.url), helpText());
writeFileSync(new URL('../conntest.1', import.meta.url), manPage(String(version)));
