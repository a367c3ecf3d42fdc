import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FromShard } from '../../src/control/messages.js';
import { QueueDrops } from '../../src/io/kernel/queue-drops.js';
import { Poller } from '../../src/io/poller.js';
import type { DatagramRun, DatagramSocket } from '../../src/io/udp.js';
import type { Resources } from '../../workers/resources.js';
import { Roster } from '../../workers/roster.js';
import { SendBuffers } from '../../workers/send-buffers.js';
import { SendRuns } from '../../workers/send-runs.js';
import { Timers } from '../../workers/timers.js';
import { TooLargeNotices } from '../../workers/too-large.js';
import { Turn } from '../../workers/turn.js';
import { UdpCarrier } from '../../workers/udp-carrier.js';
import { OriginalListener } from '../support/original/listener.js';
import { MEASURE } from '../support/virtual-pair.js';

const SETTINGS = {
  name: 'cli',
  timeoutMs: 5000,
  maxPacketSizeBytes: 64_000_000,
  logPackets: false,
  udpIo: 'dgram',
} as const;

/** Warnings given when so many clients that ask for packets of a size have met an original. */
function warningsFor(packetSizeBytes: number, clients: number): string[] {
  const timers = new Timers();
  const told: FromShard[] = [];
  const resources: Resources = {
    timers,
    turn: new Turn(),
    sendBuffers: new SendBuffers(),
    sendRuns: new SendRuns(),
    queueDrops: new QueueDrops(),
    tooLargeNotices: new TooLargeNotices(() => {}),
    busyUs: () => 0,
    tap: null,
    maxPacketSizeBytes: SETTINGS.maxPacketSizeBytes,
    udpIo: 'dgram' as const,
    notice() {},
    noteIdle() {},
    poller: new Poller(() => {}),
  };
  const roster = new Roster(0, 1000, SETTINGS, resources, (message) => told.push(message));
  for (let key = 1; key <= clients; key++) greetOriginal(roster, resources, key, packetSizeBytes);
  timers.stop();
  assert.equal(told.filter(({ type }) => type === 'hello').length, clients);
  return told.flatMap((message) => (message.type === 'notice' ? [message.text] : []));
}

/** A client whose Hello an original answers; nothing else gets through. */
function greetOriginal(roster: Roster, resources: Resources, key: number, packetSizeBytes: number): void {
  const original = new OriginalListener('theirs');
  const socket: DatagramSocket = {
    fd: -1,
    local: { ip: '192.0.2.7', port: 5000 },
    remote: { ip: '192.0.2.1', port: 1234 },
    datagramCostBytes: 1,
    tellsRoom: true,
    receiveBufferBytes: 8_000_000,
    start() {},
    close: async () => {},
    send: ({ bytes, sizeBytes }: DatagramRun, _to) => {
      original.handleDatagram(0, bytes.slice(0, sizeBytes));
      return true;
    },
  };
  let carrier: UdpCarrier | undefined;
  const client = { key, id: `client ${key}`, measure: { ...MEASURE, packetSizeBytes }, startUs: 0 };
  const connection = roster.addClient(client, (host, settings, id) => {
    carrier = new UdpCarrier(host, resources, { socket, remote: null, leave() {} }, id, '', settings);
    return carrier;
  });
  connection.start();
  const { datagram } = original.pollTransmit()!;
  carrier?.handleDatagram(datagram, 0, datagram.length);
  carrier?.handleBatchEnd();
}

describe('packets that are too large for an original', () => {
  it('are warned of once, with the size that would do', () => {
    assert.deepEqual(warningsFor(9000, 3), [
      'a peer speaks version 1 over UDP: if it is an original, packets of 9000 bytes never reach it; ' +
        'packet-size=3992 is the most',
    ]);
  });

  it('are those above what fits behind a header', () => {
    assert.deepEqual([warningsFor(3992, 1).length, warningsFor(3993, 1).length], [0, 1]);
  });
});
