import { BUFFER_HEAD_BYTES, BUFFER_PART, BUFFER_SIDE_BYTES, MAX_ALLOCATION_BYTES } from './limits.js';

/**
 * How many datagrams of a size a socket's receive buffer takes on Linux without dropping one; more where they come joined.
 * It counts whole allocations against the buffer: a datagram of 1,528 bytes as 2,304, one of 8,128 as 16,640, and one of
 * 30,000 as 30,656 (loopback, Linux 6.18: 3,640, 504 and 272 of them filled a buffer of 8 MiB).
 *
 * @param bufferBytes as SO_RCVBUF tells it, the system's bookkeeping included
 */
export function bufferedDatagrams(bufferBytes: number, datagramBytes: number): number {
  return Math.floor((BUFFER_PART * bufferBytes) / countedBytes(datagramBytes));
}

function countedBytes(datagramBytes: number): number {
  const bytes = datagramBytes + BUFFER_HEAD_BYTES;
  const allocated = bytes > MAX_ALLOCATION_BYTES ? bytes : 2 ** Math.ceil(Math.log2(bytes));
  return allocated + BUFFER_SIDE_BYTES;
}
