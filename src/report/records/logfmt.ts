/** Lines of the log: `2026-11-23T12:00:03.123Z info connected key=3 remote_ip=127.0.0.1`. */
import { asciiJson } from '../print/ascii.js';
import type { LogLevel } from '../reporter.js';
import type { JsonRecord, RecordValue } from './record.js';

/** Nested fields are joined with `_`, lists with commas; nulls, empty lists and histograms (a thousand characters
 *  for programs only) are left out. */
export function logLine(tMs: number, level: LogLevel, event: string, fields: JsonRecord): string {
  const words = pairs('', fields).map(([name, value]) => `${name}=${quoted(value)}`);
  return [new Date(tMs).toISOString(), level, event, ...words].join(' ');
}

/** The same as an object, its fields as in --ui json: `{"time":"2026-11-23T12:00:03.123Z","level":"info", ...`. */
export function jsonLogLine(tMs: number, level: LogLevel, event: string, fields: JsonRecord): string {
  return asciiJson({ time: new Date(tMs).toISOString(), level, event, ...fields });
}

function pairs(prefix: string, fields: JsonRecord): [name: string, value: string][] {
  return Object.entries(fields).flatMap(([name, value]) => {
    if (name.endsWith('hdr_base64')) return [];
    if (value === null || (isList(value) && value.length === 0)) return [];
    if (isRecord(value)) return pairs(`${prefix}${name}_`, value);
    return [[`${prefix}${name}`, flat(value)] satisfies [string, string]];
  });
}

/** A list of records (the addresses tried) is `::1 ECONNREFUSED, 127.0.0.1 ETIMEDOUT`. */
function flat(value: RecordValue): string {
  if (isList(value)) return value.map(flat).join(', ');
  if (isRecord(value)) return Object.values(value).map(flat).join(' ');
  return String(value);
}

function isList(value: RecordValue): value is readonly RecordValue[] {
  return Array.isArray(value);
}

function isRecord(value: RecordValue): value is JsonRecord {
  return typeof value === 'object' && value !== null && !isList(value);
}

/** Bare where that is unambiguous, else as a JSON string: quotes, line breaks and escape sequences in a
 *  stranger's name cannot forge a field or a line. */
function quoted(value: string): string {
  return /^[!#-<>-[\]-~]+$/.test(value) ? value : asciiJson(value);
}
