import { MAX_HEADER_BYTES, MAX_QUOTED_BYTES } from './limits.js';
import { LF } from './text.js';

/** Why bytes are no packet: what the hot paths return. 0 is success; each other one can be counted. */
export const FAULT = { none: 0, truncated: 1, badLength: 2, headerTooLong: 3, badHeader: 4 } as const;
export type Fault = (typeof FAULT)[keyof typeof FAULT];

/** Malformed input of a peer. The text is for people: what was received (escaped, cut to
 *  MAX_QUOTED_BYTES) and what would be right. */
export interface WireError {
  readonly code: 'HEADER_TOO_LONG' | 'BAD_LENGTH' | 'DATA_TOO_LONG' | 'BAD_HEADER' | 'BAD_MESSAGE';
  readonly text: string;
}

export function headerTooLong(headerBytes: number): WireError {
  return {
    code: 'HEADER_TOO_LONG',
    text: `header length ${headerBytes} is above the limit of ${MAX_HEADER_BYTES} bytes`,
  };
}

/** `which` of the two lengths; the line starts at `off`. */
export function badLength(which: 'header' | 'data', buf: Uint8Array, off: number, end: number): WireError {
  const lineFeed = buf.subarray(off, end).indexOf(LF);
  const line = quote(buf, off, lineFeed < 0 ? end : off + lineFeed);
  return {
    code: 'BAD_LENGTH',
    text:
      `${which} length "${line}" is not a decimal integer ` +
      `from 0 to ${Number.MAX_SAFE_INTEGER} without leading zeros`,
  };
}

export function badHeader(buf: Uint8Array, off: number, end: number): WireError {
  return {
    code: 'BAD_HEADER',
    text:
      `header ${quote(buf, off, end)} is not of the form ` +
      '{"index":0,"connection_id":"ID","meta":["Normal"]}',
  };
}

export function dataTooLong(dataBytes: number, maxDataBytes: number): WireError {
  return {
    code: 'DATA_TOO_LONG',
    text: `data length ${dataBytes} is above the limit of ${maxDataBytes} bytes (--max-packet-size)`,
  };
}

export function messageTooLong(dataBytes: number, maxMessageBytes: number): WireError {
  return {
    code: 'DATA_TOO_LONG',
    text: `data length ${dataBytes} where a control message was due, which has at most ${maxMessageBytes} bytes`,
  };
}

export function badMessage(data: Uint8Array, expected: string): WireError {
  const received = data.length === 0 ? 'without data' : quote(data, 0, data.length);
  return { code: 'BAD_MESSAGE', text: `message ${received} where ${expected} was due` };
}

/** Printable ASCII as it is, every other byte as \xNN: safe for any terminal and any log. */
function quote(buf: Uint8Array, off: number, end: number): string {
  const cut = Math.min(end, off + MAX_QUOTED_BYTES);
  let text = '';
  for (const byte of buf.subarray(off, cut)) {
    const isPrintable = byte >= 0x20 && byte < 0x7f;
    text += isPrintable ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return cut < end ? `${text}...` : text;
}
