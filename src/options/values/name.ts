/** --name: what an instance calls itself in its Hello. */
import { type Given, usageError } from './given.js';

/** As long as a host's name may be: peers show it in a table, and it travels in one small packet. */
const MAX_NAME_BYTES = 255;

/** Throws ERR_CONNTEST_USAGE. A host name that would not do (empty, odd) is replaced, not blamed on the user. */
export function parseName(given: Given | undefined, hostname: string): string {
  if (given === undefined) return findProblem(hostname) === null ? hostname : 'conntest';
  const problem = findProblem(given.text);
  if (problem !== null) throw usageError(given, problem);
  return given.text;
}

function findProblem(name: string): string | null {
  if (name.trim() === '') return 'empty; write a name that peers will recognise';
  if (/[\p{Cc}\p{Cs}]/u.test(name)) return 'a name has no control characters and no broken Unicode';
  const sizeBytes = Buffer.byteLength(name);
  return sizeBytes > MAX_NAME_BYTES ? `${sizeBytes} bytes long; a name has at most ${MAX_NAME_BYTES}` : null;
}
