import assert from 'node:assert/strict';
import type { RemoteInfo } from 'node:dgram';
import { describe, it } from 'node:test';
import type { FromShard } from '../../src/control/messages.js';
import { QueueDrops } from '../../src/io/kernel/queue-drops.js';
import { Poller } from '../../src/io/poller.js';
import type { DatagramRun, DatagramSocket } from '../../src/io/udp.js';
import { encodeV2Packet } from '../../src/wire/v2/datagram.js';
import type { V2Meta } from '../../src/wire/v2/meta.js';
import type { Resources } from '../../workers/resources.js';
import { Roster } from '../../workers/roster.js';
import { SendBuffers } from '../../workers/send-buffers.js';
import { SendRuns } from '../../workers/send-runs.js';
import { Timers } from '../../workers/timers.js';
import { TooLargeNotices } from '../../workers/too-large.js';
import { Turn } from '../../workers/turn.js';
import { UdpCarrier } from '../../workers/udp-carrier.js';
import { UdpPort } from '../../workers/udp-port.js';
import { Prng } from '../support/prng.js';

const MAX_HALF_OPEN = 256;
const HELLO = '["Hello",{"name":"cli"}]';
const PING = '["Latency",["Ping"]]';
const NO_META = null;

interface Sent {
  readonly to: number;
  readonly text: string;
}

function remoteOf(port: number): RemoteInfo {
  return { address: '192.0.2.7', port, family: 'IPv4', size: 0 };
}

/** 36 characters as a UUID has, and the mark. */
function idOf(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}+2`;
}

function packet(index: number, id: string, meta: V2Meta | null, data = ''): Buffer {
  const out = Buffer.alloc(2000);
  return out.subarray(0, encodeV2Packet(out, 0, index, id, meta, Buffer.from(data)));
}

/** A port on a socket that only notes what is sent, with all that a shard has behind it. */
class Bench {
  readonly sent: Sent[] = [];
  readonly told: FromShard[] = [];
  readonly port: UdpPort;
  readonly #timers = new Timers();

  constructor() {
    const resources: Resources = {
      timers: this.#timers,
      turn: new Turn(),
      sendBuffers: new SendBuffers(),
      sendRuns: new SendRuns(),
      queueDrops: new QueueDrops(),
      tooLargeNotices: new TooLargeNotices(() => {}),
      busyUs: () => 0,
      tap: null,
      maxPacketSizeBytes: 64_000_000,
      udpIo: 'dgram' as const,
      notice() {},
      noteIdle() {},
      poller: new Poller(() => {}),
    };
    const settings = {
      name: 'srv',
      timeoutMs: 5000,
      maxPacketSizeBytes: 64_000_000,
      logPackets: false,
      udpIo: 'dgram',
    } as const;
    const roster = new Roster(0, 1, settings, resources, (message) => this.told.push(message));
    this.port = new UdpPort(this.#socket(), {
      accept: (connectionId, path) =>
        roster.addAccepted(0, 63_000, (host, carrierSettings, token) => {
          return new UdpCarrier(host, resources, path, connectionId, token, carrierSettings);
        }),
    });
  }

  /** Feeds a datagram from that port, and returns what was answered. */
  say(port: number, datagram: Uint8Array): Sent[] {
    this.sent.length = 0;
    this.port.handleDatagram(datagram, 0, datagram.length, remoteOf(port));
    this.port.handleBatchEnd();
    return [...this.sent];
  }

  /** Opens a connection as a client does. */
  open(port: number, id: string): void {
    const token = tokenOf(this.say(port, packet(0, id, NO_META, HELLO)));
    this.say(port, packet(1, id, { kind: 'token', token, copy: 0 }, PING));
  }

  causes(): string[] {
    return this.told.flatMap((message) => (message.type === 'closed' ? [message.cause.code] : []));
  }

  stop(): void {
    this.#timers.stop();
  }

  #socket(): DatagramSocket {
    return {
      fd: -1,
      local: { ip: '192.0.2.1', port: 1234 },
      remote: { ip: '192.0.2.7', port: 0 },
      datagramCostBytes: 1,
      tellsRoom: true,
      receiveBufferBytes: 8_000_000,
      start() {},
      close: async () => {},
      send: ({ bytes, segmentBytes, sizeBytes }: DatagramRun, to) => {
        for (let at = 0; at < sizeBytes; at += segmentBytes) {
          const end = Math.min(sizeBytes, at + segmentBytes);
          this.sent.push({ to: to?.port ?? 0, text: Buffer.from(bytes.subarray(at, end)).toString() });
        }
        return true;
      },
    };
  }
}

function tokenOf([accept]: readonly Sent[]): string {
  return /"token":"([0-9a-f]{16})"/.exec(accept?.text ?? '')?.[1] ?? 'none';
}

function run(name: string, body: (bench: Bench) => void): void {
  it(name, () => {
    const bench = new Bench();
    try {
      body(bench);
    } finally {
      bench.stop();
    }
  });
}

describe('a UDP port', () => {
  run('answers a Hello with an Accept, and tells of the connection when the token has come back', (bench) => {
    const answers = bench.say(5, packet(0, idOf(1), NO_META, HELLO));
    assert.deepEqual([answers.length, answers[0]?.to], [1, 5]);
    assert.match(answers[0]!.text, /"Accept"/);
    assert.deepEqual(
      bench.told.map(({ type }) => type),
      ['page'],
    );
    const token = tokenOf(answers);
    bench.say(5, packet(1, idOf(1), { kind: 'token', token, copy: 0 }, PING));
    assert.deepEqual(
      bench.told.map(({ type }) => type),
      ['page', 'opened', 'hello'],
    );
  });

  run('forgets the oldest of more than 256 Hellos that stay unconfirmed, and nobody else', (bench) => {
    bench.open(1, idOf(1));
    const token = tokenOf(bench.say(2, packet(0, idOf(2), NO_META, HELLO)));
    for (let n = 3; n < 3 + MAX_HALF_OPEN; n++) bench.say(n, packet(0, idOf(n), NO_META, HELLO));
    // The evicted one is unknown: told so, for this looks like a connection that was lost.
    const late = packet(1, idOf(2), { kind: 'token', token, copy: 0 }, PING);
    assert.match(bench.say(2, late)[0]!.text, /"Reset"/);
    // The proven one goes on, and those within the bound can still be confirmed.
    assert.match(
      bench
        .say(1, packet(2, idOf(1), NO_META, PING))
        .map(({ text }) => text)
        .join(),
      /Pong/,
    );
    const again = tokenOf(bench.say(3, packet(0, idOf(3), NO_META, HELLO)));
    assert.equal(again, 'none', 'a copy of a Hello is not answered before the answer is due again');
    bench.open(2, idOf(2));
    assert.equal(bench.told.filter(({ type }) => type === 'opened').length, 2);
    assert.deepEqual(bench.causes(), [], 'nobody hears of connections that never opened');
  });

  run('bounds what 3,000 forged Hellos leave behind', (bench) => {
    bench.open(1, idOf(1));
    for (let n = 2; n < 3000; n++) bench.say(n, packet(0, idOf(n), NO_META, HELLO));
    assert.equal(bench.told.filter(({ type }) => type === 'opened').length, 1);
    const pages = bench.told.filter(({ type }) => type === 'page').length;
    assert.ok(pages <= Math.ceil((MAX_HALF_OPEN + 2) / 16), `${pages} pages of 16 slots`);
    assert.match(
      bench
        .say(1, packet(2, idOf(1), NO_META, PING))
        .map(({ text }) => text)
        .join(),
      /Pong/,
    );
  });

  run('follows a client to another address, with three times what came from there at most', (bench) => {
    bench.open(1, idOf(1));
    const ping = packet(2, idOf(1), NO_META, PING);
    const answers = bench.say(9, ping);
    assert.ok(answers.length > 0 && answers.every(({ to }) => to === 9));
    const sentBytes = answers.reduce((sum, { text }) => sum + text.length, 0);
    assert.ok(sentBytes <= 3 * ping.length, `${sentBytes} bytes for ${ping.length}`);
    assert.deepEqual(bench.causes(), []);
  });

  run('takes a Hello of a known id from another address for the client`s next try', (bench) => {
    bench.open(1, idOf(1));
    const token = tokenOf(bench.say(9, packet(0, idOf(1), NO_META, HELLO)));
    assert.notEqual(token, 'none');
    assert.deepEqual(bench.causes(), ['REPLACED']);
    bench.say(9, packet(1, idOf(1), { kind: 'token', token, copy: 0 }, PING));
    assert.equal(bench.told.filter(({ type }) => type === 'opened').length, 2);
    assert.deepEqual(bench.causes(), ['REPLACED'], 'what the old one leaves is not the new one`s');
  });

  run('tells two connections from one address by their ids, and keeps one when the other ends', (bench) => {
    bench.open(1, idOf(1));
    bench.open(1, idOf(2));
    const ping = (id: string, index: number) =>
      bench
        .say(1, packet(index, id, NO_META, PING))
        .some(({ text }) => text.includes(id) && text.includes('Pong'));
    assert.deepEqual([ping(idOf(1), 2), ping(idOf(2), 2)], [true, true]);
    bench.say(1, packet(-1, idOf(2), { kind: 'bye', reason: 'done' }));
    assert.deepEqual(bench.causes(), ['PEER_CLOSED']);
    assert.equal(ping(idOf(1), 3), true);
    assert.equal(ping(idOf(2), 3), false);
  });

  run('never sends an address that proves nothing more than three times what came from there', (bench) => {
    const rand = new Prng(7);
    const received = new Map<number, number>();
    const answered = new Map<number, number>();
    for (let n = 0; n < 5000; n++) {
      const port = 1 + rand.below(40);
      const id = rand.pick([idOf(rand.below(20)), idOf(rand.below(20)).slice(0, -2), idOf(n)]);
      const token = { kind: 'token', token: 'ffffffffffffffff', copy: 0 } as const;
      const isKnown = id.endsWith('+2') && rand.below(3) === 0;
      const index = rand.below(4);
      const datagram = packet(index, id, isKnown && index === 1 ? token : NO_META, rand.pick([HELLO, PING]));
      received.set(port, (received.get(port) ?? 0) + datagram.length);
      for (const { to, text } of bench.say(port, datagram)) {
        answered.set(to, (answered.get(to) ?? 0) + Buffer.byteLength(text));
      }
      for (const [to, bytes] of answered) {
        assert.ok(bytes <= 3 * (received.get(to) ?? 0), `${bytes} for ${received.get(to)} after ${n}`);
      }
    }
    assert.ok(answered.size > 30);
  });

  run('resets connections of v2 that it does not know, a hundred at once and no more', (bench) => {
    let resets = 0;
    for (let n = 0; n < 200; n++) {
      const datagram = packet(7, idOf(n), { kind: 'resend', copy: 1 }, PING);
      const answers = bench.say(1, datagram);
      resets += answers.length;
      for (const { text } of answers) assert.ok(text.length <= datagram.length && text.includes('"Reset"'));
    }
    assert.ok(resets >= 100 && resets < 110, `${resets} resets`);
  });

  run('resets nobody who may be greeting, is of v1, or says Bye or Reset', (bench) => {
    const unknown = idOf(1);
    for (const datagram of [
      packet(1, unknown, NO_META, PING),
      packet(3, unknown.slice(0, -2), NO_META, PING),
      packet(-1, unknown, { kind: 'bye', reason: 'a reason that is long enough for an answer' }),
      packet(-1, unknown, { kind: 'reset' }),
      Buffer.from('no packet'),
      Buffer.alloc(0),
    ]) {
      assert.deepEqual(bench.say(1, datagram), []);
    }
  });

  run('serves v1 beside v2, and refuses packets that no datagram carries', (bench) => {
    const id = idOf(1).slice(0, -2);
    const said = bench.say(1, packet(0, id, NO_META, HELLO)).map(({ text }) => text);
    assert.match(said.join(), /\["Normal"\]\}\["Hello",\{"name":"srv"\}\]/);
    bench.say(1, packet(1, id, NO_META, PING));
    const request = '["Bandwidth",{"direction":["Down"],"n_packets":3,"packet_size":70000}]';
    bench.say(1, packet(2, id, NO_META, request));
    const closed = bench.told.find((message) => message.type === 'closed');
    assert.equal(closed?.cause.text, 'packets of 70000 bytes were asked for; at most 63000 are served here');
  });
});
