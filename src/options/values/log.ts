/** --log-level and --log-format. */

import type { LogFormat, LogLevel } from '../types.js';
import { type Given, parseChoice } from './given.js';

export const LOG_LEVELS = ['debug', 'info', 'warning', 'error'] as const satisfies readonly LogLevel[];
export const LOG_FORMATS = ['logfmt', 'json'] as const satisfies readonly LogFormat[];

/** Whoever asks for packets asks for the level that they are of. Throws ERR_CONNTEST_USAGE. */
export function parseLogLevel(given: Given | undefined, showsPackets: boolean): LogLevel {
  if (given !== undefined) return parseChoice(given, LOG_LEVELS);
  return showsPackets ? 'debug' : 'info';
}

/** Throws ERR_CONNTEST_USAGE. */
export function parseLogFormat(given: Given | undefined): LogFormat {
  return given === undefined ? 'logfmt' : parseChoice(given, LOG_FORMATS);
}
