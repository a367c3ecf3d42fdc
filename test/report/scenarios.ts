/** The runs of the golden files: each is what a reporter is told from start to end. */
import type { PacketLine } from '../../src/control/events.js';
import type { PeerSnapshot } from '../../src/stats/snapshot.js';
import {
  CONNECT,
  cause,
  connected,
  end,
  failed,
  hello,
  listening,
  lossyPeer,
  lost,
  measured,
  NO_DIRECTION,
  NO_KERNEL,
  peer,
  phase,
  REPORT,
  refused,
  report,
  runSnapshot,
  START_MS,
  type Step,
  served,
  start,
  unreached,
  verdict,
} from './fixture.js';

/** One client and one server in one instance, with a packet log. */
function pair(): Step[] {
  const snapshot = runSnapshot(1000, {
    clients: [peer({ uptimeMs: 1000 })],
    servers: [served({ uptimeMs: 1000 })],
  });
  const accepted = { key: 2, role: 'listener', target: 'tcp:1234' } as const;
  const remote = { ip: '127.0.0.1', port: 40_312 };
  return [
    start(0),
    listening(3),
    connected(5),
    connected(5, { ...accepted, remote, local: { ip: '127.0.0.1', port: 1234 }, connectMs: 0 }),
    hello(6),
    hello(6, { ...accepted, peerName: 'sender' }),
    measured(7),
    packets(7),
    phase(990, 'up'),
    { snapshot },
    phase(1990, 'down'),
    end(3000),
    { summary: runSnapshot(3000, { clients: [peer()], servers: [served()] }) },
  ];
}

function packets(atMs: number): Step {
  const hello: PacketLine = { key: 1, direction: 'sent', index: 0, count: 1, kind: 'Hello', dataBytes: 27 };
  const lines: PacketLine[] = [
    hello,
    { ...hello, direction: 'received' },
    { ...hello, index: 1, kind: 'Ping', dataBytes: 20 },
    { ...hello, index: 4, count: 162, kind: 'data', dataBytes: 5_000_000 },
  ];
  return { event: { type: 'packets', tMs: START_MS + atMs, lines, omitted: 4321 } };
}

/** 1,000 connections from one --connect. */
function thousand(): Step[] {
  const target = `${CONNECT}&connections=1000`;
  const keys = Array.from({ length: 1000 }, (_, key) => key);
  const figures = {
    target,
    connectionsWanted: 1000,
    connectionsUp: 998,
    packetsSent: 1_234_567_890,
    packetsReceived: 123_456_789,
    packetSizeBytes: 1472,
  };
  return [
    start(0, { listens: [], connects: [target] }),
    ...keys.map((key) => connected(10, { key, target, local: { ip: '127.0.0.1', port: 10_000 + key } })),
    ...keys.map((key) => hello(20, { key, target })),
    { snapshot: runSnapshot(1000, { clients: [peer(figures)] }) },
    { summary: runSnapshot(2000, { clients: [peer(figures)] }) },
  ];
}

/** Nobody listens there: three tries, of which two addresses each, and the end. */
function retrying(): Step[] {
  const target = 'tcp://server.example:1234';
  const tried = [
    { address: '[2001:db8::7]:1234', code: 'ENETUNREACH' },
    { address: '192.0.2.7:1234', code: 'ECONNREFUSED' },
  ];
  const because = cause({ tried });
  const row = unreached({ target });
  return [
    start(0, { listens: [], connects: [target] }),
    failed(2, { target, cause: because }),
    { snapshot: runSnapshot(1000, { clients: [row] }) },
    failed(1003, { target, cause: because, attempt: 2 }),
    { snapshot: runSnapshot(2000, { clients: [row] }) },
    failed(2004, { target, cause: because, attempt: 3, retryInMs: null }),
    end(2500, 'interrupt'),
    { summary: runSnapshot(2500, { clients: [{ ...row, state: 'ended' }] }) },
  ];
}

/** A listener to which nobody comes, and an address that is taken. */
function empty(): Step[] {
  const taken = cause({
    phase: 'listen',
    code: 'EADDRINUSE',
    text: 'another program already listens on this address',
    tried: [],
  });
  return [
    start(0, { name: 'receiver', connects: [] }),
    listening(3),
    { event: { type: 'listen-failed', tMs: START_MS + 4, target: 'tcp:80', cause: taken } },
    { snapshot: runSnapshot(1000) },
    { snapshot: runSnapshot(2000) },
    end(3000),
    { summary: runSnapshot(3000) },
  ];
}

/** The peer is away for 3.2 s, once for 5 s more, and a shard dies. */
function lostAndBack(): Step[] {
  const died = 'the worker ended: out of memory';
  const away = unreached({ peerName: 'receiver', ip: '127.0.0.1', port: 1234, packetsSent: 88 });
  return [
    start(0, { listens: [] }),
    connected(5),
    hello(6),
    { snapshot: runSnapshot(1000, { clients: [peer({ uptimeMs: 995 })] }) },
    { event: { type: 'omitted', tMs: START_MS + 3004, omittedMs: 3004 } },
    lost(12_350),
    { snapshot: runSnapshot(13_000, { clients: [away] }) },
    failed(13_352, { attempt: 1 }),
    connected(15_550, { attempt: 3, outageMs: 3200 }),
    hello(15_551),
    { event: { type: 'shard-died', tMs: START_MS + 20_000, shard: 1, text: died, connections: 1 } },
    lost(20_000, {
      cause: cause({ code: 'SHARD_DIED', text: 'its worker died', tried: [] }),
      uptimeMs: 4450,
    }),
    {
      event: { type: 'notice', tMs: START_MS + 20_001, level: 'warning', text: 'shard 1 was started again' },
    },
    connected(25_000, { outageMs: 5000 }),
    lost(26_000, { cause: cause({ code: 'STOPPED', text: 'the run ended', tried: [] }), retryInMs: null }),
    end(26_000, 'interrupt'),
    { summary: runSnapshot(26_000, { clients: [peer({ retries: 4, uptimeMs: 1000 })] }) },
  ];
}

/** A client of version 2 over a path that loses, a TCP one of version 2 and one of version 1 over UDP; a phase
 *  that isn't served. */
function lossy(): Step[] {
  const target = 'udp://127.0.0.1:1234?monitor-bandwidth&packet-size=1400';
  const of = { target, protocol: 'udp' } as const;
  const accepted = { role: 'listener', target: 'udp:1234', protocol: 'udp', key: 9 } as const;
  const sent = { packets: 90_000, bytes: 126_000_000, elapsedUs: 1_000_000, resent: 13, spurious: 1 };
  const detail = { report: REPORT, sent };
  const { owdMinNs: _none, queueDrops: _unknown, ...unstamped } = REPORT;
  const told = { report: { ...unstamped, owd: 'no histogram' }, sent };
  const clients = [lossyPeer({ target }), overTcp(), original()];
  return [
    start(0, { listens: [], connects: [target] }),
    connected(5, of),
    connected(5, { ...accepted, remote: { ip: '192.0.2.9', port: 40_312 } }),
    hello(6, of),
    report(900, of),
    phase(990, 'up', { ...of, detail }),
    { snapshot: runSnapshot(1000, { clients }) },
    phase(1990, 'down', { ...of, detail: told }),
    refused(1991, of),
    refused(1992, { ...accepted, code: 'phase_time', limit: 60_000_000 }),
    refused(1993, { ...of, direction: 'up', code: 'unvalidated', limit: 0 }),
    end(3000),
    verdict(3000),
    verdict(3000, { condition: 'loss>10%', outcome: 'not-held', unit: 'share', limit: 0.1, value: 0.01316 }),
    verdict(3000, { condition: 'outage>5s', outcome: 'not-measured', limit: 5e9, value: null, peer: null }),
    {
      summary: runSnapshot(3000, { clients, servers: [lossyPeer({ role: 'listener', target: 'udp:1234' })] }),
    },
  ];
}

function overTcp(): PeerSnapshot {
  const { latencyLoaded, owd } = lossyPeer();
  const [up, down] = [peer().up, peer().down].map((direction) => ({ ...direction, jitterNs: 90_125.5 }));
  return peer({ version: 2, latencyLoaded, owd, up: up ?? NO_DIRECTION, down: down ?? NO_DIRECTION });
}

/** What a client knows of an original: what it sent again, and what it missed itself. */
function original(): PeerSnapshot {
  const up = { ...peer().up, resent: 5 };
  const down = { ...peer().down, lost: 2, lossRate: 0.004, reordered: 1, duplicates: 0 };
  return peer({ protocol: 'udp', kernel: NO_KERNEL, up, down, delayed: 0, lost: 2, resent: 5, reordered: 1 });
}

/** More peers than rows; every seventh has no bandwidth, every twentieth is away; the first is slow. */
function sixtyPeers(): Step[] {
  const servers = Array.from({ length: 60 }, (_, index) => sixtieth(index));
  const storm = servers.map((row, key) => {
    const remote = { ip: row.ip ?? '', port: 40_000 + key };
    const cut = cause({
      code: key % 4 === 0 ? 'TIMEOUT' : 'ECONNRESET',
      text: 'the network went away',
      tried: [],
    });
    return lost(500, {
      key,
      role: 'listener',
      target: 'tcp:1234',
      remote,
      peerName: row.peerName,
      cause: cut,
      retryInMs: null,
    });
  });
  return [
    start(0, { name: 'receiver', connects: [] }),
    ...storm,
    {
      snapshot: runSnapshot(1000, {
        clients: [peer()],
        servers,
        shards: [{ shard: 0, connections: 60, utilization: 0.97 }],
      }),
    },
    { summary: runSnapshot(2000, { servers }) },
  ];
}

function sixtieth(index: number): PeerSnapshot {
  const figures = {
    peerName: `node-${index}`,
    ip: `10.0.0.${index}`,
    bytesSent: ((index * 37) % 60) * 1_000_000,
  };
  const idle = index % 7 === 0 ? { up: NO_DIRECTION, down: NO_DIRECTION, receivedRateBps: null } : {};
  return served({ ...figures, ...idle, state: index % 20 === 19 ? 'ended' : 'connected' });
}

export const SCENARIOS = { pair, thousand, retrying, empty, lostAndBack, lossy, sixtyPeers } as const;
