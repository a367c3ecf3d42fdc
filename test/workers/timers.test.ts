import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { type Sleeper, Timers } from '../../workers/timers.js';
import { Prng } from '../support/prng.js';
import { testSeed, withSeed } from '../support/seed.js';

/** Woken in one go, as Timers has it. */
const WAKES_PER_TURN = 256;

/** Virtual OS timers: each fires in the first millisecond that reaches it, and at least one later, as in Node. */
const pending = new Map<object, { readonly atMs: number; readonly run: () => void }>();
let nowMs = 0;

function tick(ms: number): void {
  for (let i = 0; i < ms; i++) {
    nowMs++;
    for (const [timer, { atMs, run }] of [...pending]) {
      if (atMs <= nowMs && pending.delete(timer)) run();
    }
  }
}

function setVirtualTimeout(run: () => void, ms: number): object {
  const timer = {};
  pending.set(timer, { atMs: nowMs + Math.max(1, ms), run });
  return timer;
}

class Recorder implements Sleeper {
  timerIndex = -1;
  timerUs = 0;
  readonly wokenUs: number[] = [];
  /** What to do when it is woken, besides keeping the time. */
  onWake: () => void = () => {};

  handleTimeout(atUs: number): void {
    this.wokenUs.push(atUs);
    this.onWake();
  }
}

describe('the timers of a shard', () => {
  beforeEach(() => {
    nowMs = 1000;
    pending.clear();
    mock.method(performance, 'now', () => nowMs);
    mock.method(globalThis, 'setTimeout', setVirtualTimeout);
    mock.method(globalThis, 'clearTimeout', (timer: object) => pending.delete(timer));
  });
  afterEach(() => mock.restoreAll());

  it('wake a sleeper once, in the millisecond of its deadline or the one after', () => {
    const sleeper = new Recorder();
    new Timers().set(sleeper, 1_005_500);
    tick(5);
    assert.deepEqual(sleeper.wokenUs, []);
    tick(100);
    assert.deepEqual(sleeper.wokenUs, [1_006_000]);
  });

  it('let a deadline come nearer at once, and move away only when the old one has come', () => {
    const timers = new Timers();
    const sleeper = new Recorder();
    timers.set(sleeper, 1_050_000);
    timers.set(sleeper, 1_010_000);
    timers.set(sleeper, 1_090_000);
    tick(10);
    assert.deepEqual(sleeper.wokenUs, [1_010_000]);
    tick(100);
    assert.equal(sleeper.wokenUs.length, 1);
  });

  it('let a sleeper ask again while it is woken', () => {
    const timers = new Timers();
    const sleeper = new Recorder();
    sleeper.onWake = () => timers.set(sleeper, nowMs * 1000 + 20_000);
    timers.set(sleeper, 1_010_000);
    tick(50);
    assert.deepEqual(sleeper.wokenUs, [1_010_000, 1_030_000, 1_050_000]);
  });

  it('let one sleeper remove another that is due at the same time', () => {
    const timers = new Timers();
    const [first, second] = [new Recorder(), new Recorder()];
    first.onWake = () => timers.remove(second);
    timers.set(first, 1_010_000);
    timers.set(second, 1_010_500);
    tick(50);
    assert.equal(first.wokenUs.length, 1);
    assert.deepEqual(second.wokenUs, []);
  });

  it('keep one OS timer, however many sleep', () => {
    const timers = new Timers();
    for (let i = 0; i < 100; i++) timers.set(new Recorder(), 2_000_000 - 1000 * i);
    assert.equal(pending.size, 1);
  });

  it('wake no more than a few hundred before the loop turns, and the others right after', () => {
    const timers = new Timers();
    const sleepers = Array.from({ length: 3 * WAKES_PER_TURN }, () => new Recorder());
    for (const sleeper of sleepers) timers.set(sleeper, 1_010_000);
    const wokenAfter = (ms: number) => {
      tick(ms);
      return sleepers.filter(({ wokenUs }) => wokenUs.length === 1).length;
    };
    assert.equal(wokenAfter(9), 0);
    assert.equal(wokenAfter(1), WAKES_PER_TURN);
    assert.equal(wokenAfter(1), 2 * WAKES_PER_TURN);
    assert.equal(wokenAfter(1), sleepers.length);
  });

  it('never wake a sleeper without a deadline, nor any after stop', () => {
    const timers = new Timers();
    const [never, stopped] = [new Recorder(), new Recorder()];
    timers.set(never, Number.POSITIVE_INFINITY);
    timers.set(stopped, 1_010_000);
    timers.stop();
    timers.set(new Recorder(), 1_005_000);
    tick(1000);
    assert.deepEqual([...never.wokenUs, ...stopped.wokenUs], []);
  });

  it('agree with a plain list, whatever is set, removed and woken in whatever order', () => {
    const first = testSeed();
    for (let run = 0; run < 200; run++) withSeed((first + run) >>> 0, assertAgrees);
  });

  function assertAgrees(seed: number): void {
    const prng = new Prng(seed);
    const timers = new Timers();
    const sleepers = Array.from({ length: 1 + prng.below(40) }, () => new Recorder());
    const dueUs = new Map<Sleeper, number>();
    const woken: Sleeper[] = [];
    for (const sleeper of sleepers) {
      sleeper.onWake = () => {
        woken.push(sleeper);
        if (prng.below(2) === 0) set(sleeper);
      };
    }
    for (let step = 0; step < 100; step++) {
      if (prng.below(3) === 0) remove(prng.pick(sleepers));
      else set(prng.pick(sleepers));
      if (prng.below(2) === 0) advance();
    }

    function set(sleeper: Sleeper): void {
      const atUs = nowMs * 1000 + 1 + prng.below(20_000);
      timers.set(sleeper, atUs);
      dueUs.set(sleeper, Math.min(atUs, dueUs.get(sleeper) ?? Number.POSITIVE_INFINITY));
    }

    function remove(sleeper: Sleeper): void {
      timers.remove(sleeper);
      dueUs.delete(sleeper);
    }

    /** A millisecond: those that are due, no others, in the order of their deadlines. */
    function advance(): void {
      const due = [...dueUs].filter(([, atUs]) => atUs <= (nowMs + 1) * 1000);
      for (const [sleeper] of due) dueUs.delete(sleeper);
      woken.length = 0;
      tick(1);
      assert.deepEqual(new Set(woken), new Set(due.map(([sleeper]) => sleeper)));
      const deadlines = woken.map((sleeper) => due.find(([one]) => one === sleeper)![1]);
      assert.deepEqual(
        deadlines,
        deadlines.toSorted((a, b) => a - b),
      );
    }
  }
});
