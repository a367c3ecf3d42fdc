/** The congestion controls that this system has for TCP. */
import { readFileSync } from 'node:fs';
import { type Given, quote, usageError } from './given.js';
import { didYouMean } from './nearest.js';

const AVAILABLE = '/proc/sys/net/ipv4/tcp_available_congestion_control';

/** One that is loaded here. Throws ERR_CONNTEST_USAGE. */
export function parseTcpCc(given: Given): string {
  const names = available(given);
  const word = given.text.toLowerCase();
  if (names.includes(word)) return word;
  const near = didYouMean(word, names);
  throw usageError(given, `this system's TCP has no ${quote(word)}, but ${names.join(', ')}${near}`);
}

function available(given: Given): readonly string[] {
  try {
    return readFileSync(AVAILABLE, 'ascii').trim().split(/\s+/);
  } catch {
    throw usageError(given, `TCP's congestion control can be chosen on Linux only (no ${AVAILABLE} here)`);
  }
}
