/** Loaded before the program (--import): each of its threads collects its garbage twice a second, so that what a test
 *  sees of its memory is what it holds on to. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const COLLECT_EVERY_MS = 500;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
setInterval(collect, COLLECT_EVERY_MS).unref();
