/** --print-config: what a run would be done with, as --config reads it. */

import type { NameOf, RawOptions } from './flags/run.js';
import type { RunOptions } from './types.js';
import { formatDuration } from './values/duration.js';

/** Of every flag that has a value; those that ask a question, and the file itself, have none. */
export type ConfigKey = Exclude<
  NameOf<'text'> | NameOf<'list'> | NameOf<'switch'>,
  'help' | 'version' | 'config' | 'print-config'
>;

/** A JSON object, with a line break at its end. Nothing is left to a default, but for what has none. */
export function configText(raw: RawOptions, options: RunOptions): string {
  return `${JSON.stringify(configOf(raw, options), null, 2)}\n`;
}

function configOf({ switches }: RawOptions, options: RunOptions) {
  return {
    listen: options.listens.map(({ text }) => text),
    connect: options.connects.map(({ text }) => text),
    name: options.name,
    'fail-if': options.failIf.map(({ text }) => text),
    ipv4: switches.has('ipv4'),
    ipv6: switches.has('ipv6'),
    time: options.timeMs === null ? undefined : formatDuration(options.timeMs),
    omit: options.omitMs === null ? undefined : formatDuration(options.omitMs),
    interval: formatDuration(options.intervalMs),
    timeout: formatDuration(options.timeoutMs),
    'retry-delay': formatDuration(options.retryDelayMs),
    'retry-max': formatDuration(options.retryMaxMs),
    ui: options.uis.map(({ name, file }) => (file === null ? name : `${name}=${file}`)),
    log: options.logs.map(({ file }) => file),
    'hdr-log': options.hdrLog ?? undefined,
    'log-size': options.logLimits.partBytes ?? undefined,
    'log-keep': options.logLimits.keepParts ?? undefined,
    bits: options.bits,
    columns: options.columns?.join(','),
    'log-level': options.logLevel,
    'log-format': options.logFormat,
    'log-packets': options.logPackets,
    color: options.color,
    'ui-emphasis': options.uiEmphasis,
    workers: options.workers,
    'max-packet-size': options.maxPacketSizeBytes,
    'udp-io': options.udpIo,
  } satisfies Record<ConfigKey, unknown>;
}
