import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Flight } from '../../../src/arq/v1/flight.js';

const SIZE = 1000;

/** Sends new packets of bulk data up to, not including, `end`. */
function sendTo(flight: Flight, end: number): void {
  while (flight.nextIndex < end) flight.noteSent(0, flight.nextIndex, SIZE, false);
}

/** Sends what is due again, and says what it was. */
function resend(flight: Flight): number[] {
  const indices: number[] = [];
  for (let index = flight.nextDue(); index >= 0; index = flight.nextDue()) {
    flight.noteSent(0, index, SIZE, false);
    indices.push(index);
  }
  return indices;
}

function range(from: number, end: number): number[] {
  return Array.from({ length: end - from }, (_, i) => from + i);
}

describe('what is under way', () => {
  test('may be 30 packets beyond the last Ack, as with the original', () => {
    const flight = new Flight();
    sendTo(flight, 29);
    assert.equal(flight.isFull, false);
    sendTo(flight, 30);
    assert.equal(flight.isFull, true);
    assert.equal(flight.flightBytes, 30 * SIZE);
    assert.ok(flight.handleAck(0, 19));
    assert.equal(flight.floor, 20);
    assert.equal(flight.flightBytes, 10 * SIZE);
    sendTo(flight, 50);
    assert.equal(flight.isFull, true);
  });

  test('is not sent again while every Ack comes after 20 packets', () => {
    const flight = new Flight();
    for (let end = 20; end <= 400; end += 20) {
      sendTo(flight, end);
      flight.handleAck(0, end - 1);
    }
    assert.equal(flight.floor, 400);
    assert.deepEqual(resend(flight), []);
  });

  test('is sent again from the last Ack on when an Ack came two packets late', () => {
    const flight = new Flight();
    sendTo(flight, 20);
    flight.handleAck(0, 19);
    sendTo(flight, 50);
    flight.handleAck(0, 41); // 22 packets after the last one
    assert.equal(flight.floor, 20);
    assert.deepEqual(resend(flight), range(20, 41));
    assert.equal(flight.resent, 21);
  });

  test('counts as arrived when its copies came through', () => {
    const flight = new Flight();
    sendTo(flight, 30);
    flight.handleAck(0, 20); // one of 21 is missing
    resend(flight); // 20 copies behind 9 others
    flight.handleAck(0, 10); // 9 + 11 transmissions later: nothing was lost
    assert.equal(flight.floor, 11);
    assert.equal(flight.expectedLost, 0);
  });

  test('keeps the doubt of what it passes: one in 21 lost, then one in 21 of the copies', () => {
    const flight = new Flight();
    sendTo(flight, 21);
    flight.handleAck(0, 20);
    resend(flight);
    flight.noteSent(0, 21, SIZE, false);
    flight.handleAck(0, 21); // 21 later
    assert.equal(flight.floor, 22);
    assert.ok(Math.abs(flight.expectedLost - 20 / 21 ** 2) < 1e-9, `${flight.expectedLost}`);
  });

  test('a lost Ack is no lost data: the next one comes after 40', () => {
    const flight = new Flight();
    sendTo(flight, 20);
    flight.handleAck(0, 19);
    sendTo(flight, 50); // the Ack of 39 is lost
    flight.probe(false);
    assert.deepEqual(resend(flight), range(20, 50));
    flight.handleAck(0, 29); // 30 + 10
    assert.equal(flight.floor, 50);
  });

  test('an Ack that comes again, late, or of what was never sent tells nothing', () => {
    const flight = new Flight();
    sendTo(flight, 40);
    assert.ok(flight.handleAck(0, 19));
    for (const index of [19, 3, 40, 1e6, -1, -100])
      assert.equal(flight.handleAck(0, index), false, `${index}`);
    assert.equal(flight.floor, 20);
  });

  test('a message is sent again for less than data, once the path is known to lose', () => {
    const flight = new Flight();
    sendTo(flight, 20);
    flight.handleAck(0, 19);
    flight.noteSent(0, 20, SIZE, true);
    sendTo(flight, 42);
    flight.handleAck(0, 41); // trouble: 22
    resend(flight);
    flight.handleAck(0, 39); // the 20th copy: as due
    assert.deepEqual(resend(flight).slice(0, 1), [20]);
  });

  test('a confirmed packet and those before it are never sent again', () => {
    const flight = new Flight();
    sendTo(flight, 30);
    flight.confirm(0, 24);
    assert.equal(flight.floor, 25);
    flight.probe(true);
    assert.deepEqual(resend(flight), range(25, 30));
    assert.ok(flight.isUnconfirmed);
    flight.confirm(0, 29);
    assert.equal(flight.isUnconfirmed, false);
  });

  test('a hard probe goes back to the oldest packet that the ring of a peer may lack', () => {
    const flight = new Flight();
    for (let end = 20; end <= 100; end += 20) {
      sendTo(flight, end);
      flight.handleAck(0, end - 1);
    }
    flight.probe(false);
    assert.deepEqual(resend(flight), []);
    flight.probe(true);
    assert.deepEqual(resend(flight), range(66, 100));
  });

  test('round trips are taken of packets that were sent once', () => {
    const flight = new Flight();
    for (let index = 0; index < 20; index++) flight.noteSent(1000 + index, index, SIZE, false);
    flight.handleAck(51_019, 19);
    assert.equal(flight.rttUs, 50_000);
    flight.noteSent(2000, 20, SIZE, true);
    flight.noteSent(3000, 20, SIZE, true);
    flight.confirm(60_000, 20);
    assert.equal(flight.rttUs, 0);
  });
});
