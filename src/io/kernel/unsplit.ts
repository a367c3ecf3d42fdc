import { loadLibc } from '../libc.js';
import { getInt, MTU_DISCOVER, setInt } from './sockopt.js';

/** linux/in.h and in6.h: DF is set whatever the system takes the path's MTU for; the device's bounds it still. */
const PMTUDISC_PROBE = 3;

/** Has what `send` sends on this UDP socket arrive whole or not at all: the system splits nothing, and asks the routers
 *  not to. A socket for both families has both options. */
export function sendUnsplit<Result>(fd: number, send: () => Result): Result {
  const { libc } = loadLibc();
  if (libc === null) return send();
  const options = [MTU_DISCOVER[4], MTU_DISCOVER[6]].flatMap((option) => {
    const value = getInt(fd, option);
    return value === null ? [] : [{ option, value }];
  });
  for (const { option } of options) setInt(libc, fd, option, PMTUDISC_PROBE);
  try {
    return send();
  } finally {
    for (const { option, value } of options) setInt(libc, fd, option, value);
  }
}
