/** An event as a sentence for a person, without its time. */
import type { Address, Cause, RefusalCode, RunEvent } from '../../control/events.js';
import { LINE_TEXT_CHARS, printable, TABLE_NAME_CHARS } from '../print/ascii.js';
import {
  formatBytes,
  formatLatency,
  formatRate,
  formatSpan,
  formatTimes,
  formatUptime,
} from '../print/format.js';
import type { Tone } from '../print/palette.js';
import { icmpWords } from './icmp-words.js';
import { formatAddress, shortTarget } from './peer-name.js';

interface EventText {
  readonly tone: Tone;
  readonly text: string;
}

/** More targets than this are a sum: the first lines of a run must stay on the screen. */
const MAX_TARGETS_NAMED = 5;

interface EventContext {
  /** The peer's address where the event itself does not say it. */
  readonly remote: Address | null;
  /** The failure is that of the try before: its explanation has been read. */
  readonly isRepeat: boolean;
}

/** No text: nothing to show. */
export function eventTexts(event: RunEvent, { remote, isRepeat }: EventContext): readonly EventText[] {
  switch (event.type) {
    case 'start':
      return startTexts(event);
    case 'listening':
      return isLastOfRange(event) ? [{ tone: 'good', text: listeningText(event) }] : [];
    case 'listen-failed':
      return [
        { tone: 'bad', text: `cannot listen on ${printableTarget(event.target)}: ${causeText(event.cause)}` },
      ];
    case 'connected':
      return [{ tone: 'good', text: connectedText(event) }];
    case 'hello':
      return [{ tone: 'plain', text: helloText(event, remote) }];
    case 'measured':
      return [{ tone: 'good', text: measuredText(event, remote) }];
    case 'refused':
      return [{ tone: 'warning', text: refusedText(event, remote) }];
    case 'lost':
      return event.cause.code === 'STOPPED' ? [] : [{ tone: 'bad', text: lostText(event) }];
    case 'failed':
      return [{ tone: 'bad', text: failedText(event, isRepeat) }];
    case 'shard-died':
      return [{ tone: 'bad', text: shardText(event) }];
    case 'omitted': {
      const text = `the figures begin here: the first ${formatSpan(event.omittedMs)} are left out`;
      return [{ tone: 'plain', text }];
    }
    case 'notice':
      return [noticeText(event)];
    case 'end':
      return [{ tone: 'plain', text: END_TEXTS[event.reason] }];
    // The tables, the summary and the log show these.
    case 'verdict':
    case 'phase':
    case 'report':
    case 'packets':
      return [];
  }
}

/** `connection refused: nothing listens there (ECONNREFUSED)`, and each address where several were tried. */
export function causeText({ text, code, tried, icmp }: Cause): string {
  const sentence = printable(text, LINE_TEXT_CHARS).replace(/\.$/, '');
  const facts = [
    ...(sentence.includes(code) ? [] : [printable(code, TABLE_NAME_CHARS)]),
    ...(icmp === undefined ? [] : [icmpWords(icmp)]),
  ];
  const words = facts.length === 0 ? sentence : `${sentence} (${facts.join(', ')})`;
  if (tried.length < 2) return words;
  const addresses = tried.map(({ address, code: outcome }) => `${address} ${outcome}`).join(', ');
  return `${words}; tried ${printable(addresses, LINE_TEXT_CHARS)}`;
}

const END_TEXTS = {
  time: 'the time is over',
  interrupt: 'interrupted: ending in order; interrupt again to stop at once',
  error: 'ending because of an error',
} as const;

/** Each with its limit, in the unit that the code has it in. */
const REFUSAL_TEXTS: Readonly<Record<RefusalCode, (limit: number, whose: string) => string>> = {
  packet_size: (limit, whose) => `the packet size is above ${whose} limit of ${formatBytes(limit)}`,
  rate: (limit, whose) =>
    limit === 0
      ? `${whose} system can't keep a rate over TCP`
      : `the rate is above ${whose} limit of ${formatRate(limit, true)}`,
  phase_time: (limit, whose) => `they are longer than ${whose} limit of ${formatSpan(limit / 1000)}`,
  phase_bytes: (limit, whose) => `they are larger than ${whose} limit of ${formatBytes(limit)}`,
  cc: () => 'the congestion control asked for is not served',
  unvalidated: () => 'the address that asked has not shown yet that it is there',
};

function startTexts(event: Extract<RunEvent, { type: 'start' }>): EventText[] {
  const name = printable(event.name, LINE_TEXT_CHARS);
  const workers = formatTimes(event.workers, 'worker');
  const targets = event.connects.slice(0, MAX_TARGETS_NAMED);
  const rest = event.connects.length - targets.length;
  return [
    { tone: 'strong', text: `conntest ${printable(event.version, TABLE_NAME_CHARS)}: ${name}, ${workers}` },
    ...targets.map((target) => ({
      tone: 'plain' as const,
      text: `connecting to ${printableTarget(target)}`,
    })),
    ...(rest > 0
      ? [{ tone: 'plain' as const, text: `... and to ${formatTimes(rest, 'more target', 'more targets')}` }]
      : []),
  ];
}

type Listening = Extract<RunEvent, { type: 'listening' }>;

function listeningText(event: Listening): string {
  const shards = event.shards > 1 ? `, ${formatTimes(event.shards, 'shard')} accept` : '';
  const address = remoteText(event.local).replace(/\d+$/, portsOf(event));
  return `listening on ${address} (${event.protocol}${shards})`;
}

/** A range of ports is told once. */
function isLastOfRange(event: Listening): boolean {
  const ports = portsOf(event).split(/[,-]/).map(Number);
  return ports.length === 1 || event.local.port === Math.max(...ports);
}

/** As written, where several were: `8000-8100`. */
function portsOf({ target, local }: Listening): string {
  const [ports] = /\d+[,-][\d,-]+$/.exec(target) ?? [];
  return ports ?? `${local.port}`;
}

function connectedText(event: Extract<RunEvent, { type: 'connected' }>): string {
  const remote = remoteText(event.remote);
  if (event.outageMs !== null) {
    const tries = event.attempt > 1 ? `, at try ${event.attempt}` : '';
    return `${remote} is back after ${formatSpan(event.outageMs)}${tries}`;
  }
  if (event.role === 'listener') return `accepted ${remote} on ${printableTarget(event.target)}`;
  const tries = event.attempt > 1 ? `, at try ${event.attempt}` : '';
  return `connected to ${remote} in ${formatSpan(event.connectMs)} (${event.protocol}${tries})`;
}

function helloText(event: Extract<RunEvent, { type: 'hello' }>, remote: Address | null): string {
  return `${whoText(event.target, remote)} is ${printable(event.peerName, LINE_TEXT_CHARS) || 'a peer without a name'}`;
}

function measuredText(event: Extract<RunEvent, { type: 'measured' }>, remote: Address | null): string {
  const since = formatSpan(event.sinceOpenedMs);
  return `${whoText(event.target, remote)} answers: first latency ${formatLatency(event.latencyNs)}, ${since} after opening`;
}

function refusedText(event: Extract<RunEvent, { type: 'refused' }>, remote: Address | null): string {
  const { role, direction, code, limit } = event;
  const peer = whoText(event.target, remote);
  const [what, whose] =
    role === 'client'
      ? [`${peer} refused our ${direction} phases`, 'its']
      : [`refused the ${direction} phases of ${peer}`, 'our'];
  return `${what}: ${REFUSAL_TEXTS[code](limit, whose)}; the connection goes on without them`;
}

function lostText(event: Extract<RunEvent, { type: 'lost' }>): string {
  const remote = remoteText(event.remote);
  const name = event.peerName === null ? '' : printable(event.peerName, LINE_TEXT_CHARS);
  const who = name === '' ? remote : `${name} at ${remote}`;
  return `lost ${who} after ${formatUptime(event.uptimeMs)}: ${causeText(event.cause)}${retryText(event)}`;
}

function failedText(event: Extract<RunEvent, { type: 'failed' }>, isRepeat: boolean): string {
  const target = printableTarget(shortTarget(event.target));
  const why = isRepeat
    ? ` again (${printable(event.cause.code, TABLE_NAME_CHARS)})`
    : `: ${causeText(event.cause)}`;
  return `try ${event.attempt} to reach ${target} failed${why}${retryText(event)}`;
}

function retryText({
  role,
  retryInMs,
}: {
  readonly role: string;
  readonly retryInMs: number | null;
}): string {
  if (retryInMs !== null) return `; retrying in ${formatSpan(retryInMs)}`;
  return role === 'client' ? '; not retrying' : '';
}

function shardText(event: Extract<RunEvent, { type: 'shard-died' }>): string {
  const connections = formatTimes(event.connections, 'connection');
  return `shard ${event.shard} died and took ${connections} with it: ${printable(event.text, LINE_TEXT_CHARS)}`;
}

function noticeText(event: Extract<RunEvent, { type: 'notice' }>): EventText {
  const tones = { info: 'plain', warning: 'warning', error: 'bad' } as const;
  const label = event.level === 'info' ? 'note' : event.level;
  return { tone: tones[event.level], text: `${label}: ${printable(event.text, LINE_TEXT_CHARS)}` };
}

function whoText(target: string, remote: Address | null): string {
  return remote === null ? printableTarget(shortTarget(target)) : remoteText(remote);
}

function remoteText(address: Address): string {
  return printable(formatAddress(address), LINE_TEXT_CHARS);
}

function printableTarget(target: string): string {
  return printable(target, LINE_TEXT_CHARS);
}
