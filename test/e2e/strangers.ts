/** What comes to an open port: other protocols, broken packets, peers that ask for too much, and silence. */
import { bandwidth, hello, ID, PING, packet } from '../support/raw-peer.js';

/** The --timeout of the listener that they come to. */
export const TIMEOUT_MS = 1000;

/** A stranger, and what becomes of it. */
export interface Stranger {
  readonly what: string;
  readonly says: readonly string[];
  /** Of the `lost` line. */
  readonly code: RegExp;
  readonly text: RegExp;
  readonly closesAfterMs: number;
}

const BAD_HEADER = `{"extra":1,"index":0,"connection_id":"${ID}","meta":["Normal"]}`;
const GOOD_HEADER = `{"index":0,"connection_id":"${ID}","meta":["Normal"]}`;

export const STRANGERS: readonly Stranger[] = [
  {
    what: 'garbage bytes',
    says: ['\u0000\u00ff\u0001\u00fe'.repeat(100)],
    code: /PROTOCOL/,
    text: /header length/,
    closesAfterMs: 0,
  },
  {
    what: 'a TLS hello',
    says: [`\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003${'r'.repeat(508)}`],
    code: /PROTOCOL/,
    text: /header length/,
    closesAfterMs: 0,
  },
  {
    what: 'an HTTP request',
    says: ['GET / HTTP/1.1\r\nHost: example\r\n\r\n'],
    code: /PROTOCOL/,
    text: /header length "GET/,
    closesAfterMs: 0,
  },
  {
    what: 'half a header, and then nothing',
    says: [packet(0, hello('half')).slice(0, 40)],
    code: /TIMEOUT/,
    text: /waiting for a Hello/,
    closesAfterMs: TIMEOUT_MS,
  },
  {
    what: 'nothing at all',
    says: [],
    code: /TIMEOUT/,
    text: /no progress for 1 s/,
    closesAfterMs: TIMEOUT_MS,
  },
  {
    what: 'a packet that declares 10^15 bytes',
    says: [`${GOOD_HEADER.length}\n1000000000000000\n${GOOD_HEADER}`],
    code: /PROTOCOL/,
    text: /1000000000000000/,
    closesAfterMs: 0,
  },
  {
    what: 'a negative length',
    says: ['-84\n24\n'],
    code: /PROTOCOL/,
    text: /"-84"/,
    closesAfterMs: 0,
  },
  {
    what: 'an unknown message',
    says: [packet(0, hello('odd')), packet(1, '["Teapot",{}]')],
    code: /PROTOCOL/,
    text: /Teapot/,
    closesAfterMs: 0,
  },
  {
    what: 'a Ping before any Hello',
    says: [packet(0, PING)],
    code: /PROTOCOL/,
    text: /Hello was due/,
    closesAfterMs: 0,
  },
  {
    what: 'an unknown header field',
    says: [`${BAD_HEADER.length}\n0\n${BAD_HEADER}`],
    code: /PROTOCOL/,
    text: /extra/,
    closesAfterMs: 0,
  },
  {
    what: 'Up data above --max-packet-size',
    says: [
      packet(0, hello('wide')),
      packet(1, bandwidth('Up', 1, 1e15)),
      `${GOOD_HEADER.length}\n999999999999\n${GOOD_HEADER}`,
    ],
    code: /PROTOCOL/,
    text: /max-packet-size/,
    closesAfterMs: 0,
  },
  {
    what: 'a request for Down packets above --max-packet-size',
    says: [packet(0, hello('greedy')), packet(1, bandwidth('Down', 1, 1e15))],
    code: /PROTOCOL/,
    text: /at most 64000000 are served/,
    closesAfterMs: 0,
  },
];
