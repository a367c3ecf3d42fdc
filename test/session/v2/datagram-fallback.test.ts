import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MeasurePlan } from '../../../src/options/types.js';
import { Lab, type LabPlan, TheirClient, TheirListener } from '../../arq/v1/lab.js';
import { CONNECTION_ID } from '../../arq/v1/our-end.js';
import type { DatagramEnd } from '../../support/datagram-end.js';
import { datagramClient, datagramListener } from '../../support/datagram-pair.js';
import type { LossyLinkOptions } from '../../support/lossy-link.js';
import { readMessage, readPacket } from '../../support/original/codec.js';
import { MARKED_ID } from '../../support/versioned-pair.js';
import { MEASURE } from '../../support/virtual-pair.js';

const DELAY_US = 10_000;
const N_PACKETS = 100;
const LIMIT_US = 120e6;
/** A share of random events is no invariant: always the same sessions, unless told otherwise. */
const SEED = Number(process.env.CONNTEST_SEED ?? 1);
const SESSIONS = 60;

const SIZED: MeasurePlan = { ...MEASURE, bound: { kind: 'size', testSizeBytes: N_PACKETS * 1400 } };

interface Said {
  readonly atUs: number;
  readonly text: string;
}

/** Our client under a marked id, and the original as its listener. */
class Fallback {
  readonly client: DatagramEnd;
  readonly listener = new TheirListener();
  readonly lab: Lab;
  /** Control packets of the client, by index and message. */
  readonly said: Said[] = [];

  constructor(measure: MeasurePlan, seed = 1, up: Partial<LossyLinkOptions> = {}, down = up) {
    this.client = datagramClient(measure);
    const link = { delayUs: DELAY_US };
    const drop = (_n: number, bytes: Uint8Array) => this.#note(bytes);
    const plan: LabPlan = {
      seed,
      nPackets: N_PACKETS,
      up: {
        ...link,
        ...up,
        drop: (n, bytes, nowUs) => drop(n, bytes) || (up.drop?.(n, bytes, nowUs) ?? false),
      },
      down: { ...link, ...down },
    };
    this.lab = new Lab(plan, this.client, this.listener);
  }

  run(isDone: () => boolean): boolean {
    return this.lab.run(LIMIT_US, () => isDone() || this.client.ending !== null) && isDone();
  }

  #note(bytes: Uint8Array): false {
    const packet = readPacket(Buffer.from(bytes));
    const message = packet === null ? null : readMessage(packet.data);
    // The first ones leave while the lab is being made.
    if (packet !== null && message !== null) {
      this.said.push({ atUs: this.lab?.nowUs ?? 0, text: `${packet.index} ${message.kind}` });
    }
    return false;
  }
}

const texts = ({ said }: Fallback) => said.map(({ text }) => text);

describe('our client with an original listener over UDP', () => {
  it('says Hello once under its marked id, and goes on with index 1 as an original would', () => {
    const fallback = new Fallback({ ...SIZED, monitorBandwidth: false });
    assert.ok(fallback.run(() => fallback.client.of('latency').length >= 2));
    assert.deepEqual(texts(fallback), ['0 hello', '1 ping', '2 pong', '3 ping', '4 pong']);
    const flow = fallback.listener.original.connections.get(MARKED_ID)?.flow;
    assert.deepEqual([flow?.lost, flow?.delayed], [0, 0], 'what the original shows');
    assert.deepEqual([fallback.client.session.version, fallback.client.transport.v2], [1, null]);
    for (const { latencyNs } of fallback.client.of('latency')) assert.equal(latencyNs, 1000 * DELAY_US);
  });

  it('measures Up and Down, byte for byte as long as nothing is lost', () => {
    const fallback = new Fallback(SIZED);
    assert.ok(fallback.run(() => fallback.client.ended.down >= 2));
    const { client, listener } = fallback;
    assert.deepEqual(
      [...client.phases('up'), ...client.phases('down')].map(({ packets, bytes }) => [packets, bytes]),
      Array(4).fill([N_PACKETS, N_PACKETS * 1400]),
    );
    assert.equal(listener.original.timeouts, 0);
    const { v1 } = client.transport;
    assert.deepEqual([v1?.resent, v1?.lost, v1?.duplicates, v1?.malformed], [0, 0, 0, 0]);
  });

  it('asks again when its first Hello is lost, and takes no Pong of that for a latency', () => {
    const fallback = new Fallback({ ...SIZED, monitorBandwidth: false }, 1, { drop: (n) => n === 0 }, {});
    assert.ok(fallback.run(() => fallback.client.of('latency').length >= 3));
    assert.deepEqual(texts(fallback).slice(0, 3), ['0 hello', '0 hello', '1 ping']);
    for (const { latencyNs } of fallback.client.of('latency')) assert.equal(latencyNs, 1000 * DELAY_US);
    assert.equal(fallback.client.of('hello')[0]?.peerName, 'theirs');
  });

  it('goes on when the answer to its Hello is lost, which an original never repeats', () => {
    const fallback = new Fallback(SIZED, 1, {}, { drop: (n) => n === 0 });
    assert.ok(fallback.run(() => fallback.client.ended.down >= 1));
    assert.equal(fallback.listener.original.timeouts, 0);
    for (const { latencyNs } of fallback.client.of('latency')) assert.ok(latencyNs >= 1000 * DELAY_US);
  });

  it('survives the loss of any one datagram of its opening, in either direction', () => {
    for (let lost = 0; lost < 8; lost++) {
      for (const [up, down] of [
        [{ drop: (n: number) => n === lost }, {}],
        [{}, { drop: (n: number) => n === lost }],
      ]) {
        const fallback = new Fallback(SIZED, 1, up, down);
        assert.ok(
          fallback.run(() => fallback.client.ended.down >= 1),
          `datagram ${lost} ${up?.drop ? 'up' : 'down'}: ${fallback.client.ending}`,
        );
        for (const { latencyNs } of fallback.client.of('latency')) assert.ok(latencyNs >= 1000 * DELAY_US);
      }
    }
  });

  for (const loss of [0.01, 0.05]) {
    it(`completes at least 99 % of its phases at ${100 * loss} % loss, and records no latency of a repair`, () => {
      let begun = 0;
      let completed = 0;
      for (let i = 0; i < SESSIONS; i++) {
        const { client, lab } = run(SEED + i, { loss, reorder: 0.02, duplicate: 0.02 });
        completed += client.of('phase').length;
        begun += client.of('phase').length + (client.ending === null ? 0 : 1);
        for (const { latencyNs } of client.of('latency')) {
          assert.ok(latencyNs >= 1000 * DELAY_US, `${latencyNs} ns with CONNTEST_SEED=${SEED + i}`);
          // A reordered packet is at most half a delay late; a repair takes a probe time of 30 ms at least.
          assert.ok(
            latencyNs < 1500 * DELAY_US,
            `${latencyNs} ns with CONNTEST_SEED=${SEED + i} (${lab.nowUs} us)`,
          );
        }
      }
      assert.ok(completed >= 0.99 * begun, `${completed} of ${begun} phases, CONNTEST_SEED=${SEED}`);
    });
  }

  function run(seed: number, faults: Partial<LossyLinkOptions>): Fallback {
    const fallback = new Fallback(SIZED, seed, faults);
    fallback.run(() => fallback.client.ended.down >= 2);
    return fallback;
  }
});

describe('an original client with our listener over UDP', () => {
  it('is served in v1 under its unmarked id', () => {
    const link = { delayUs: DELAY_US };
    const plan: LabPlan = { seed: 1, nPackets: N_PACKETS, up: link, down: link };
    const [client, listener] = [new TheirClient(plan), datagramListener(CONNECTION_ID)];
    const lab = new Lab(plan, client, listener);
    const { original } = client;
    assert.ok(lab.run(LIMIT_US, () => original.log.filter((entry) => entry === 'counted').length >= 2));
    assert.equal(listener.session.version, 1);
    assert.deepEqual(
      listener.phases('up').map(({ packets }) => packets),
      [N_PACKETS, N_PACKETS],
    );
    assert.deepEqual([original.timeouts, original.closes], [0, 0]);
    assert.equal(listener.transport.v1?.resent, 0);
    for (const { latencyNs } of listener.of('latency')) assert.equal(latencyNs, 1000 * DELAY_US);
  });

  it('gets an answer to its only Hello however long our name is: as much of it as may be said', () => {
    const name = 'n\u00e4'.repeat(85);
    const listener = datagramListener(CONNECTION_ID, name);
    const hello = `{"index":0,"connection_id":"${CONNECTION_ID}","meta":["Normal"]}["Hello",{"name":"a"}]`;
    const datagram = Buffer.from(`${hello.indexOf('}') + 1}\n22\n${hello}`);
    listener.handleDatagram(0, datagram);
    const answers: Buffer[] = [];
    listener.transmit(0, (answer) => answers.push(Buffer.from(answer)));
    const [, said = ''] = /"name":"([^"]*)"/.exec(answers.join('')) ?? [];
    assert.ok(said.length > 100 && name.startsWith(said), said);
    assert.ok(answers[0]!.length <= 3 * datagram.length && answers[0]!.length > 3 * datagram.length - 5);
  });

  it('is told nothing false by packets of v2 under its id', () => {
    const listener = datagramListener(CONNECTION_ID);
    const header = `{"index":-1,"connection_id":"${CONNECTION_ID}","meta":["Bye","no"]}`;
    listener.handleDatagram(0, Buffer.from(`${header.length}\n0\n${header}`));
    assert.deepEqual([listener.ending, listener.transport.v1?.malformed], [null, 1]);
  });

  it('that asks without end is read no further than answers can wait', () => {
    const listener = datagramListener(CONNECTION_ID);
    const say = (index: number, data: string) => {
      const header = `{"index":${index},"connection_id":"${CONNECTION_ID}","meta":["Normal"]}`;
      listener.handleDatagram(0, Buffer.from(`${header.length}\n${data.length}\n${header}${data}`));
    };
    say(0, '["Hello",{"name":"flood"}]');
    for (let index = 1; index <= 1000; index++) say(index, '["Latency",["Ping"]]');
    assert.equal(listener.ending, null);
    assert.ok(listener.transport.isCrowded);
    assert.ok(listener.heard.length < 200, `${listener.heard.length} messages were read`);
    let pongs = 0;
    for (let nowUs = 0; nowUs < 1000; nowUs++) {
      listener.transmit(nowUs, (bytes) => {
        if (Buffer.from(bytes).includes('Pong')) pongs++;
      });
    }
    assert.equal(pongs, 29, 'the credit, less the Hello');
  });
});
