/** The connections of a sweep: one a way, all to the same address, in a shard of their own. */
import { ConntestError } from '../errors.js';
import { loadBatchCalls } from '../io/batch/calls.js';
import { ioFailure } from '../io/failure.js';
import { resolveHost } from '../io/resolve.js';
import type { SweepLinks, SweepOptions, Way } from '../sweep/types.js';
import type { Cause } from './events.js';
import type { FromShard } from './messages.js';
import { ShardPool } from './pool.js';
import { ShardThreads } from './shard-threads.js';
import { ShardLink } from './sweep-link.js';
import { decideUdpIo, type UdpIoDecision } from './udp-io.js';

type Failure = Pick<Cause, 'code' | 'text'>;

/**
 * Connects, and waits for the Hellos.
 * @param notice takes what the user should know, a sentence each
 * @throws ConntestError when the peer can't be reached: ERR_CONNTEST_INPUT, with the cause in its text
 */
export async function openSweepLinks(
  options: SweepOptions,
  notice: (text: string) => void,
): Promise<SweepLinks> {
  const protocols = options.ways.map((way) => ({ protocol: protocolOf(way) }));
  const udpIo = decideUdpIo({ udpIo: options.udpIo, listens: [], connects: protocols });
  const addresses = await resolveTarget(options);
  const shard = new LinkShard(options, udpIo, notice);
  const failure = await openOnOneOf(addresses, shard.links);
  if (failure !== null) {
    await shard.close();
    throw unreachable(options, failure);
  }
  noticeLimits(udpIo, shard.links, notice);
  return shard;
}

/** One shard, and who is told what it says. */
class LinkShard implements SweepLinks {
  readonly links: readonly ShardLink[];
  readonly #pool: ShardPool;
  readonly #notice: (text: string) => void;

  constructor(options: SweepOptions, udpIo: UdpIoDecision, notice: (text: string) => void) {
    const { name, timeoutMs, maxPacketSizeBytes } = options;
    this.#notice = notice;
    const settings = { name, timeoutMs, maxPacketSizeBytes, logPackets: false, udpIo: udpIo.io };
    this.#pool = new ShardPool(1, settings, new ShardThreads());
    const send = this.#pool.send.bind(this.#pool, 0);
    const probeProblem = probeProblemOf(options, udpIo);
    this.links = options.ways.map((way, key) => new ShardLink({ key, way, options, probeProblem, send }));
    this.#pool.attach({
      handleMessage: (_shard, message) => this.#handleMessage(message),
      handleDied: (_shard, text) => this.#handleDied(text),
    });
  }

  close(): Promise<void> {
    for (const link of this.links) link.end();
    return this.#pool.stop();
  }

  /** What the shard has to say of one size more is in the figures of that size. */
  #handleMessage(message: FromShard): void {
    if (message.type === 'notice' && message.level === 'warning') this.#notice(message.text);
    if ('key' in message) this.links[message.key]?.handleMessage(message);
  }

  #handleDied(text: string): void {
    const cause: Cause = { phase: 'session', code: 'SHARD_DIED', text, elapsedMs: 0, tried: [] };
    for (const link of this.links) link.handleLost(cause);
  }
}

/** A name may have several addresses, of which the first that answers counts for all ways: else they would not be
 *  compared. */
async function openOnOneOf(
  addresses: readonly string[],
  links: readonly ShardLink[],
): Promise<Failure | null> {
  const [first, ...others] = links;
  let failure: Failure | null = null;
  for (const address of addresses) {
    failure = (await first?.open(address)) ?? null;
    if (failure === null) return openAll(others, address);
  }
  return failure;
}

async function openAll(links: readonly ShardLink[], address: string): Promise<Failure | null> {
  for (const link of links) {
    const failure = await link.open(address);
    if (failure !== null) return { ...failure, text: `over ${protocolOf(link.way)}: ${failure.text}` };
  }
  return null;
}

async function resolveTarget(options: SweepOptions): Promise<string[]> {
  const { host, family } = options.target;
  try {
    return (await resolveHost(host, family)).map(({ address }) => address);
  } catch (error) {
    throw unreachable(options, ioFailure(error as NodeJS.ErrnoException));
  }
}

function unreachable({ target }: SweepOptions, { code, text }: Failure): ConntestError {
  return new ConntestError('ERR_CONNTEST_INPUT', `${target.text} can't be reached: ${text} (${code})`);
}

function protocolOf(way: Way): 'tcp' | 'udp' {
  return way === 'tcp' ? 'tcp' : 'udp';
}

/** As part of a sentence; null: datagrams can be kept whole. */
function probeProblemOf({ udpIo: choice }: SweepOptions, { io }: UdpIoDecision): string | null {
  if (io === 'batch') return null;
  if (choice === 'dgram') return '--udp-io dgram does not keep datagrams from being split';
  return `datagrams can't be kept from being split here: ${loadBatchCalls().reason}`;
}

function noticeLimits(
  { notice: io }: UdpIoDecision,
  links: readonly ShardLink[],
  notice: (text: string) => void,
): void {
  if (io !== null) notice(io);
  const original = links.find(({ version }) => version === 1);
  if (original === undefined) return;
  notice(
    `${original.peerName || 'the peer'} speaks version 1: losses, loaded latency and the path's MTU can't be told`,
  );
}
