import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, it, type TestContext } from 'node:test';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { nowUs } from '../../src/io/clock.js';
import { fdOfDatagrams } from '../../src/io/kernel/descriptor.js';
import { loadLibc } from '../../src/io/libc.js';
import { type Polled, Poller } from '../../src/io/poller.js';

const skip = loadLibc().reason ?? false;

/** What a test watches a poller by. */
interface Watch {
  readonly poller: Poller;
  readonly polled: Polled;
  looks: number;
  idleUs: number;
}

/** Of a socket to which nothing comes. */
async function watch(t: TestContext): Promise<Watch> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const poll = (): number => {
    watched.looks++;
    return 0;
  };
  const watched: Watch = {
    poller: new Poller((us) => {
      watched.idleUs += us;
    }),
    polled: { fd: fdOfDatagrams(socket), poll },
    looks: 0,
    idleUs: 0,
  };
  t.after(() => {
    watched.poller.remove(watched.polled);
    socket.close();
  });
  return watched;
}

describe('a poller', { skip }, () => {
  for (const mode of ['spin', 'block'] as const) {
    it(`lets the loop turn every millisecond or so while it waits (${mode})`, async (t) => {
      const { poller, polled } = await watch(t);
      poller.add(polled, mode);
      const gapsUs: number[] = [];
      for (let lastUs = nowUs(), i = 0; i < 50; i++) {
        await nextTurn();
        gapsUs.push(nowUs() - lastUs);
        lastUs = nowUs();
      }
      const medianUs = gapsUs.sort((a, b) => a - b)[25]!;
      assert.ok(medianUs < 5000, `a turn takes ${medianUs} us`);
    });

    it(`tells the time in which it only waited (${mode})`, async (t) => {
      const watched = await watch(t);
      watched.poller.add(watched.polled, mode);
      const startUs = nowUs();
      while (watched.idleUs < 1000) await nextTurn();
      const elapsedUs = nowUs() - startUs;
      assert.ok(watched.idleUs <= elapsedUs, `${watched.idleUs} of ${elapsedUs} us`);
    });

    it(`does not look at what has been removed until it is added again (${mode})`, async (t) => {
      const watched = await watch(t);
      watched.poller.add(watched.polled, mode);
      await nextTurn();
      watched.poller.remove(watched.polled);
      const { looks } = watched;
      await sleep(5);
      assert.equal(watched.looks, looks);
      watched.poller.add(watched.polled, mode);
      while (watched.looks === looks) await nextTurn();
    });
  }

  it('looks many times in a turn where it spins, and once where the loop has other work', async (t) => {
    const watched = await watch(t);
    watched.poller.add(watched.polled, 'spin');
    let turns = 0;
    for (; watched.looks < 2000; turns++) await nextTurn();
    assert.ok(turns < 1000, `2000 looks took ${turns} turns`);
    const { looks } = watched;
    for (let busy = 0; busy < 50; busy++) {
      for (const untilUs = nowUs() + 500; nowUs() < untilUs; );
      await nextTurn();
    }
    assert.ok(watched.looks - looks <= 52, `${watched.looks - looks} looks in 50 turns with other work`);
  });

  it('keeps the loop turning for those who ask, until they let go', async () => {
    let idleUs = 0;
    const release = new Poller((us) => {
      idleUs += us;
    }).keepAwake();
    while (idleUs === 0) await nextTurn();
    release();
    await nextTurn();
    const before = idleUs;
    await sleep(5);
    assert.equal(idleUs, before);
  });
});
