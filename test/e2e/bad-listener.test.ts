/** Listeners that misbehave, written from docs/protocol.md on bare sockets: the client names the fault and tries again. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startInstance } from '../support/instance.js';
import { bandwidth, hello, PING, PONG, packet, type RawPeer, rawListener } from '../support/raw-peer.js';

interface BadListener {
  readonly does: string;
  serve(peer: RawPeer): Promise<void> | void;
  readonly phase: 'hello' | 'session';
  readonly code: string;
  readonly text: RegExp;
}

const ANSWER = packet(0, hello('odd'));

const BAD_LISTENERS: readonly BadListener[] = [
  {
    does: 'answers with garbage',
    serve: (peer) => peer.send('SSH-2.0-OpenSSH_9.6\r\n'),
    phase: 'hello',
    code: 'PROTOCOL',
    text: /header length "SSH/,
  },
  {
    does: 'answers the Hello with a Ping',
    serve: (peer) => peer.send(packet(0, PING)),
    phase: 'hello',
    code: 'PROTOCOL',
    text: /sent ping while the answer to Hello was due/,
  },
  {
    does: 'asks for bandwidth itself',
    serve: (peer) => peer.send(ANSWER + packet(1, bandwidth('Up', 1, 1))),
    phase: 'session',
    code: 'PROTOCOL',
    text: /sent bandwidth while the answer to Ping was due/,
  },
  {
    does: 'sends half a packet and waits',
    serve: (peer) => peer.send(ANSWER.slice(0, 60)),
    phase: 'hello',
    code: 'TIMEOUT',
    text: /waiting for the answer to Hello/,
  },
  {
    does: 'sends half a packet and closes',
    serve: (peer) => {
      peer.socket.end(ANSWER.slice(0, 60));
    },
    phase: 'hello',
    code: 'PEER_CLOSED',
    text: /middle of a packet/,
  },
  {
    does: 'never answers',
    serve: () => {},
    phase: 'hello',
    code: 'TIMEOUT',
    text: /no progress for 0.5 s while waiting for the answer to Hello/,
  },
  {
    does: 'closes at once',
    serve: (peer) => {
      peer.socket.end();
    },
    phase: 'hello',
    code: 'PEER_CLOSED',
    text: /before the Hellos/,
  },
  {
    does: 'answers the Hello and never the Ping',
    serve: (peer) => peer.send(ANSWER),
    phase: 'session',
    code: 'TIMEOUT',
    text: /waiting for the answer to Ping/,
  },
  {
    does: 'never reads the Up data',
    serve: async (peer) => {
      peer.send(ANSWER);
      await peer.take(PING);
      peer.socket.pause();
      peer.send(packet(1, PONG));
    },
    phase: 'session',
    code: 'TIMEOUT',
    text: /waiting for the end of a bandwidth phase/,
  },
  {
    does: 'sends more Down data than asked for',
    serve: async (peer) => {
      peer.send(ANSWER);
      await peer.take(PING);
      peer.send(packet(1, PONG));
      await peer.take('"Down"');
      for (let index = 2; index < 20; index++) peer.send(packet(index, '%'.repeat(100_000)));
    },
    phase: 'session',
    code: 'PROTOCOL',
    text: /data length 100000 where a control message was due/,
  },
];

// Most of the time is spent waiting for timeouts: several at once.
describe('a client whose listener', { concurrency: 4 }, () => {
  for (const { does, serve, phase, code, text } of BAD_LISTENERS) {
    test(`${does} names the fault and tries again`, async (t) => {
      const port = await rawListener(t, (peer) => {
        serve(peer)?.catch(() => {}); // the client has hung up, as it should
      });
      const uri = `tcp://127.0.0.1:${port}?monitor-bandwidth&packet-size=100kb`;
      const client = startInstance(t, ['--connect', uri, '--timeout', '500ms', '--retry-delay', '100ms']);
      const lost = await client.line('lost');
      assert.deepEqual([lost.cause.phase, lost.cause.code], [phase, code]);
      assert.match(lost.cause.text, text);
      await client.line('connected', undefined, lost);
      assert.equal(await client.stop(), phase === 'hello' ? 3 : 0);
      assert.equal(client.stderr, '');
    });
  }
});
