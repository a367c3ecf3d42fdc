import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DatagramEnd } from '../../support/datagram-end.js';
import { datagramListener } from '../../support/datagram-pair.js';
import { Prng } from '../../support/prng.js';
import { testSeed, withSeed } from '../../support/seed.js';
import { CONNECTION_ID } from '../../support/virtual-pair.js';

const RUNS = 300;
const MAX_FACTOR = 3;
/** So much virtual time is given for what a listener sends by itself. */
const WAIT_US = 20e6;

const HELLO = '["Hello",{"name":"f"}]';
const PING = '["Latency",["Ping"]]';
const PONG = '["Latency",["Pong"]]';
const START = (direction: string, phase: number): string =>
  `["Start",{"phase":${phase},"direction":["${direction}"],"packet_size":1400,"reliable":true,"rate_bps":0,"bound":["Packets",100000],"cc":["None"]}]`;
const REQUEST = (direction: string): string =>
  `["Bandwidth",{"direction":["${direction}"],"n_packets":100000,"packet_size":1400}]`;

/** Whoever forges the address of another sees no answer, so it knows neither a token nor what was sent. */
function forgery(rand: Prng, id: string, index: number): Uint8Array {
  const isMarked = id.endsWith('+2');
  const metas = isMarked
    ? ['["Normal"]', '["Token","ffffffffffffffff",0]', '["Bulk",0]', '["Resend",1]', '["Datagram",0]']
    : ['["Normal"]'];
  const requests = isMarked ? [START('Down', 1), START('Up', 1)] : [REQUEST('Down'), REQUEST('Up')];
  const meta = index === 0 ? '["Normal"]' : rand.pick(metas);
  const data = index === 0 ? HELLO : rand.pick([PING, PONG, '%%%%', '', ...requests]);
  const at = meta.includes('Datagram') ? -1 : index;
  const header = `{"index":${at},"connection_id":"${id}","meta":${meta}}`;
  return Buffer.from(`${header.length}\n${data.length}\n${header}${data}`);
}

/** The bytes from and to one address, of which the listener knows no more than what comes. */
class Account {
  readonly listener: DatagramEnd;
  nowUs = 0;
  receivedBytes = 0;
  sentBytes = 0;

  constructor(id: string) {
    this.listener = datagramListener(id);
  }

  say(datagram: Uint8Array): void {
    this.receivedBytes += datagram.length;
    this.listener.handleDatagram(this.nowUs, datagram);
    this.#transmit();
  }

  /** @throws AssertionError as soon as a byte too many is sent */
  wait(durationUs: number): void {
    const endUs = this.nowUs + durationUs;
    for (let dueUs = this.listener.pollTimeout(); dueUs <= endUs; dueUs = this.listener.pollTimeout()) {
      this.nowUs = Math.max(this.nowUs, dueUs);
      this.listener.handleTimeout(this.nowUs);
      this.#transmit();
    }
    this.nowUs = endUs;
  }

  #transmit(): void {
    this.listener.transmit(this.nowUs, (datagram) => {
      this.sentBytes += datagram.length;
      const most = MAX_FACTOR * this.receivedBytes;
      assert.ok(this.sentBytes <= most, `${this.sentBytes} bytes for ${this.receivedBytes}`);
    });
  }
}

describe('an address that has proven nothing', () => {
  const seed = testSeed();
  for (const [version, id] of [
    [1, CONNECTION_ID],
    [2, `${CONNECTION_ID}+2`],
  ] as const) {
    it(`gets at most 3 bytes for each that came from there, whatever is forged (version ${version}, CONNTEST_SEED=${seed})`, () => {
      let answered = 0;
      for (let run = 0; run < RUNS; run++) {
        withSeed(seed + run, (runSeed) => {
          const rand = new Prng(runSeed);
          const account = new Account(id);
          for (let n = 0, index = 0; n < 40; n++) {
            account.say(forgery(rand, id, index));
            if (rand.below(4) > 0) index++;
            account.wait(rand.below(100_000));
          }
          account.wait(WAIT_US);
          if (account.sentBytes > 0) answered++;
          assert.equal(account.listener.transport.isValidated, false);
        });
      }
      assert.equal(answered, RUNS);
    });
  }

  it('that asks for Down data in version 1 gets it when it has acknowledged some, and not before', () => {
    const account = new Account(CONNECTION_ID);
    const packet = (index: number, data: string) => {
      const header = `{"index":${index},"connection_id":"${CONNECTION_ID}","meta":["Normal"]}`;
      return Buffer.from(`${header.length}\n${data.length}\n${header}${data}`);
    };
    account.say(packet(0, HELLO));
    account.say(packet(1, REQUEST('Up').replace('100000', '30')));
    for (let index = 2; index < 32; index++) account.say(packet(index, '%'.repeat(1400)));
    account.say(packet(32, REQUEST('Down')));
    account.wait(1000);
    assert.equal(
      account.listener.transport.bulkBytesSent,
      30 * 1400,
      'the credit, which the Up data pays for',
    );
    assert.equal(account.listener.transport.isValidated, false);
    const ack = `{"index":-1,"connection_id":"${CONNECTION_ID}","meta":["Ack",19]}`;
    account.say(Buffer.from(`${ack.length}\n0\n${ack}`));
    assert.equal(account.listener.transport.isValidated, true);
  });
});
