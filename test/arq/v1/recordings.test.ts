import assert from 'node:assert/strict';
import { test } from 'node:test';
import { V1Engine } from '../../../src/arq/v1/engine.js';
import { ClientSession } from '../../../src/session/client.js';
import { ListenerSession } from '../../../src/session/listener.js';
import { OurEnd } from './our-end.js';
import { type Direction, type Recorded, readUdpRecording } from './recording.js';

/** Between two datagrams of the original: far below any time of ours to do something about silence. */
const STEP_US = 5;

/** Lets one side of a recording speak, and compares what ours says with what the original said in its place. */
class Replay {
  readonly #end: OurEnd;
  readonly #expected: Iterator<Recorded>;
  #nowUs = 0;
  #newest = -1;
  #messages = 0;
  compared = 0;

  constructor(end: OurEnd, expected: Iterator<Recorded>) {
    this.#end = end;
    this.#expected = expected;
    this.#transmit();
  }

  feed(datagram: Recorded): void {
    // An original said this after something of the other side: ours must have come as far, if need be in time.
    while (this.#messages < datagram.messagesBefore || this.#newest < datagram.ackIndex) this.#wait();
    this.#nowUs += STEP_US;
    this.#end.handleDatagram(this.#nowUs, Buffer.from(datagram.text));
    this.#transmit();
  }

  #wait(): void {
    const nextUs = this.#end.pollTimeout();
    assert.ok(nextUs < Number.POSITIVE_INFINITY, 'our side says nothing more');
    this.#nowUs = Math.max(nextUs, this.#nowUs);
    this.#end.handleTimeout(this.#nowUs);
    this.#transmit();
  }

  #transmit(): void {
    this.#end.transmit(this.#nowUs, (datagram) => {
      const expected = this.#expected.next();
      if (expected.done) return; // behind the end of the recording
      const { text, index, isMessage } = expected.value;
      const said = Buffer.from(datagram.buffer, datagram.byteOffset, datagram.byteLength);
      if (!said.equals(Buffer.from(text))) assert.equal(said.toString(), text);
      this.compared++;
      this.#newest = Math.max(this.#newest, index);
      if (isMessage) this.#messages++;
    });
  }
}

function replay(name: string, theirs: Direction, makeEnd: (id: string) => OurEnd): number {
  const ours = theirs === 'C>L' ? 'L>C' : 'C>L';
  const [first] = readUdpRecording(name, theirs);
  const id = /"connection_id":"([^"]+)"/.exec(first?.text ?? '')?.[1] ?? '';
  const replayed = new Replay(makeEnd(id), readUdpRecording(name, ours));
  for (const datagram of readUdpRecording(name, theirs)) replayed.feed(datagram);
  return replayed.compared;
}

function clientEnd(monitorBandwidth: boolean): (id: string) => OurEnd {
  const measure = {
    monitorBandwidth,
    direction: 'both',
    packetSizeBytes: 1400,
    bound: { kind: 'size', testSizeBytes: 256e6 },
    pingIntervalUs: 500_000,
    reliable: true,
    rateBps: 0,
    cc: 'cubic',
  } as const;
  return (id) => {
    const engine = new V1Engine({ connectionId: id, role: 'client' }, 0);
    return new OurEnd(engine, new ClientSession({ name: 'cli', measure, timeoutUs: 5e6 }, engine, 0));
  };
}

function listenerEnd(id: string): OurEnd {
  const engine = new V1Engine({ connectionId: id, role: 'listener' }, 0);
  const settings = { name: 'srv', maxPacketSizeBytes: 60_000, timeoutUs: 5e6 };
  return new OurEnd(engine, new ListenerSession(settings, engine, 0));
}

test('our client sends what an original client sent, latency only', () => {
  assert.equal(replay('udp-idle.jsonl', 'L>C', clientEnd(false)), 13);
});

test('our listener sends what an original listener sent, latency only', () => {
  assert.equal(replay('udp-idle.jsonl', 'C>L', listenerEnd), 7);
});

test('our client sends what an original client sent, all of its Up data and its Acks of Down data', () => {
  const compared = replay('udp-monitor.jsonl', 'L>C', clientEnd(true));
  assert.equal(compared, 182_862 + 1135);
});

test('our listener sends what an original listener sent, its Acks of Up data and all of its Down data', () => {
  const compared = replay('udp-monitor.jsonl', 'C>L', listenerEnd);
  assert.equal(compared, 9143 + 22_720);
});
