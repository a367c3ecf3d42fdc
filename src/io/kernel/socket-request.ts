import type { SocketPlan } from '../../options/types.js';
import { type Libc, loadLibc } from '../libc.js';
import {
  getInt,
  MTU_DISCOVER,
  SO_BINDTODEVICE,
  SO_MAX_PACING_RATE,
  SO_RCVBUF,
  SO_SNDBUF,
  setBytes,
  setInt,
  setText,
  TCP_CONGESTION,
  TOS,
} from './sockopt.js';

/** What a socket is asked for; null: as the system has it. */
export interface SocketRequest extends SocketPlan {
  /** Of TCP's data; null: none. */
  readonly pacingRateBps: number | null;
}

/** As the kernel counts them, its own bookkeeping included: twice what was asked for, unless that was too much. */
export interface BufferSizes {
  readonly sendBufferBytes: number | null;
  readonly receiveBufferBytes: number | null;
}

/** linux/in.h, in6.h: PMTUDISC_DONT and PMTUDISC_DO. */
const PMTUDISC = { off: 0, on: 2 } as const;
/** asm-generic/socket.h: the kernel's word for no limit. */
const UNPACED = 2n ** 64n - 1n;

/** What of it needs the C library, as the user asks for it. A local address alone does not. */
const KERNEL_OPTIONS = {
  tos: 'dscp or tos',
  tcpCc: 'cc',
  sendBufferBytes: 'sndbuf',
  receiveBufferBytes: 'rcvbuf',
  dontFragment: 'df',
  bindDevice: 'a device in bind',
  pacingRateBps: 'rate over TCP',
} as const satisfies Record<Exclude<keyof SocketRequest, 'bindAddress'>, string>;

/** A socket that is asked for nothing. */
export const AS_THE_SYSTEM_HAS_IT: SocketPlan = {
  tos: null,
  tcpCc: null,
  sendBufferBytes: null,
  receiveBufferBytes: null,
  dontFragment: null,
  bindAddress: null,
  bindDevice: null,
};

/** What a listening socket is asked for: rates are the connecting side's to set. */
export function listenRequest(plan: SocketPlan): SocketRequest {
  return { ...plan, pacingRateBps: null };
}

/** Those options that need it; none: any socket will do. */
export function kernelOptions(request: SocketRequest): string[] {
  const fields = Object.keys(KERNEL_OPTIONS) as (keyof typeof KERNEL_OPTIONS)[];
  return fields.filter((field) => request[field] !== null).map((field) => KERNEL_OPTIONS[field]);
}

/**
 * Asks for everything, before the socket is connected: a window is negotiated with the first packet.
 * @throws NodeJS.ErrnoException whose text names the option; code `SOCKET_OPTION`
 */
export function applyRequest(fd: number, family: 4 | 6, request: SocketRequest): void {
  const { tos, tcpCc, sendBufferBytes, receiveBufferBytes, dontFragment, bindDevice, pacingRateBps } =
    request;
  set('bind', bindDevice, (libc, device) => setText(libc, fd, SO_BINDTODEVICE, device));
  set('sndbuf', sendBufferBytes, (libc, bytes) => setInt(libc, fd, SO_SNDBUF, bytes));
  set('rcvbuf', receiveBufferBytes, (libc, bytes) => setInt(libc, fd, SO_RCVBUF, bytes));
  set('tos', tos, (libc, byte) => setInt(libc, fd, TOS[family], byte));
  set('df', dontFragment, (libc, on) => setInt(libc, fd, MTU_DISCOVER[family], PMTUDISC[on ? 'on' : 'off']));
  set('cc', tcpCc, (libc, name) => setText(libc, fd, TCP_CONGESTION, name));
  set('rate', pacingRateBps, (_libc, rateBps) => setPacingRate(fd, rateBps));
}

/**
 * As applyRequest, for a socket that listens: what it accepts has the same. One of IPv6 may serve IPv4 as well, whose
 * options it then has beside its own.
 */
export function applyListenRequest(fd: number, family: 4 | 6, plan: SocketPlan): void {
  applyRequest(fd, family, listenRequest(plan));
  if (family === 4) return;
  const { tos, dontFragment } = plan;
  applyRequest(fd, 4, listenRequest({ ...AS_THE_SYSTEM_HAS_IT, tos, dontFragment }));
}

/** Bounds how fast the kernel sends a TCP socket's data; 0: no more. Throws as applyRequest. */
export function setPacingRate(fd: number, rateBps: number): void {
  const bytesPerS = rateBps === 0 ? UNPACED : BigInt(Math.ceil(rateBps / 8));
  const value = new Uint8Array(new BigUint64Array([bytesPerS]).buffer);
  set('rate', value, (libc, bytes) => setBytes(libc, fd, SO_MAX_PACING_RATE, bytes));
}

export function bufferSizes(fd: number): BufferSizes {
  return { sendBufferBytes: getInt(fd, SO_SNDBUF), receiveBufferBytes: getInt(fd, SO_RCVBUF) };
}

function set<Value>(option: string, value: Value | null, ask: (libc: Libc, value: Value) => void): void {
  if (value === null) return;
  const { libc, reason } = loadLibc();
  if (libc === null) throw optionError(option, `not available: ${reason}`);
  try {
    ask(libc, value);
  } catch (error) {
    const { code = 'ERROR' } = error as NodeJS.ErrnoException;
    throw optionError(option, `the system refuses it: ${MEANING[code] ?? 'no reason given'} (${code})`);
  }
}

/** What the errno of a setsockopt means here. */
const MEANING: Readonly<Record<string, string>> = {
  EPERM: 'this takes root or CAP_NET_ADMIN',
  EACCES: 'this takes root or CAP_NET_ADMIN',
  ENODEV: 'there is no such network device',
  ENOENT: 'there is no such congestion control',
  ENOPROTOOPT: 'this socket has no such option',
  EINVAL: 'the value is out of its range',
};

function optionError(option: string, problem: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${option}=: ${problem}`), { code: 'SOCKET_OPTION' });
}
