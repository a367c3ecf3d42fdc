import type { RemoteInfo } from 'node:dgram';
import type { SendRun } from '../src/arq/send-run.js';
import type { V1Engine } from '../src/arq/v1/engine.js';
import { MAX_WHOLE_DATA_BYTES } from '../src/arq/v1/limits.js';
import type { V2Engine } from '../src/arq/v2/engine.js';
import { WAIT } from '../src/arq/v2/wait-times.js';
import { nowUs } from '../src/io/clock.js';
import type { IoFailure } from '../src/io/failure.js';
import { pathMtuBytes } from '../src/io/kernel/path-mtu.js';
import { type Endpoint, plainIp } from '../src/io/tcp.js';
import { type DatagramRun, type DatagramSocket, TOO_LARGE } from '../src/io/udp.js';
import type { PhaseDirection } from '../src/session/event.js';
import { DatagramTransport } from '../src/session/v2/datagram-transport.js';
import { COUNTER } from '../src/stats/layout.js';
import type { Carrier, CarrierHost, SendTimes } from './carrier.js';
import type { CarrierSettings, Resources } from './resources.js';

/** How often the kernel is asked what only it knows. */
const KERNEL_INTERVAL_US = 500_000;

/** What a side of version 1 can count, by the direction of the data. */
const UP = {
  lost: COUNTER.upLost,
  reordered: COUNTER.upReordered,
  duplicates: COUNTER.upDuplicates,
  resent: COUNTER.upResent,
};
const DOWN = {
  lost: COUNTER.downLost,
  reordered: COUNTER.downReordered,
  duplicates: COUNTER.downDuplicates,
  resent: COUNTER.downResent,
};

/** Where a carrier's datagrams go. */
export interface UdpPath {
  readonly socket: DatagramSocket;
  /** null: what the socket is connected to. Changes when the peer's address does. */
  remote: RemoteInfo | null;
  /** The connection needs it no more. */
  leave(): void;
}

/** A connection's packets over UDP: a client's socket of its own, or a listener's share of one. */
export class UdpCarrier implements Carrier {
  readonly protocol = 'udp';
  readonly transport: DatagramTransport;
  readonly maxOriginalBytes = MAX_WHOLE_DATA_BYTES;
  readonly path: UdpPath;
  tooLarge = 0;
  readonly #host: CarrierHost;
  readonly #resources: Resources;
  readonly #isListener: boolean;
  #sending = false;
  /** Since when the system has had no room for what is being sent; null: it has. */
  #heldSinceUs: number | null = null;
  #heldUs = 0;
  #waiting = false;
  #ended: (() => void) | null = null;
  #progress = 0;
  /** When the kernel is asked again. */
  #kernelDueUs = 0;
  #bytesSent = 0;
  #bytesReceived = 0;

  /** @param token a listener's own; empty for a client */
  constructor(
    host: CarrierHost,
    resources: Resources,
    path: UdpPath,
    connectionId: string,
    token: string,
    settings: CarrierSettings,
  ) {
    this.path = path;
    this.#host = host;
    this.#resources = resources;
    this.#isListener = token !== '';
    const samples = { handleRtt: settings.recordRtt, handleOwd: settings.recordOwd };
    const { owdHistogram, load, tap } = settings;
    const role = this.#isListener ? 'listener' : 'client';
    this.transport = new DatagramTransport(
      {
        role,
        connectionId,
        token,
        samples,
        bufferBytes: path.socket.receiveBufferBytes,
        owdHistogram,
        load,
        tap,
      },
      nowUs(),
    );
  }

  /** One datagram with a forged source makes a listener answer, no more. */
  get isProven(): boolean {
    const { isProven, progress } = this.transport;
    return this.#isListener ? isProven : progress > 0;
  }

  get local(): Endpoint {
    return this.path.socket.local;
  }

  get remote(): Endpoint {
    const { remote, socket } = this.path;
    return remote === null ? socket.remote : { ip: plainIp(remote.address), port: remote.port };
  }

  get fd(): number {
    return this.path.socket.fd;
  }

  get bulkBytesSent(): number {
    return this.transport.bulkBytesSent;
  }

  get bulkBytesReceived(): number {
    return this.transport.bulkBytesReceived;
  }

  get sendTimes(): SendTimes | null {
    const engine = this.transport.v2;
    if (engine === null) return null;
    const now = nowUs();
    const { waits, rtt } = engine;
    return {
      dataUs: now - waits.us(now, WAIT.application) - waits.us(now, WAIT.rate),
      windowUs: waits.us(now, WAIT.window),
      bufferUs: this.#heldUs + (this.#heldSinceUs === null ? 0 : now - this.#heldSinceUs),
      congestionUs: waits.us(now, WAIT.congestion),
      rttUs: rtt.hasSample ? rtt.smoothedUs : 0,
    };
  }

  start(): void {}

  // What the socket tells.

  handleDatagram(bytes: Uint8Array, off: number, end: number): void {
    const now = nowUs();
    this.#bytesReceived += end - off;
    this.transport.handleDatagram(now, bytes, off, end);
    this.#deliver(now);
  }

  handleBatchEnd(): void {
    this.#host.settle(nowUs());
  }

  /** ICMP errors of a connected socket. Before the peer has answered they say why it won't; later one of
   *  them may be of a moment (a route that changes), and silence tells. */
  handleError(failure: IoFailure): void {
    if (failure.code === TOO_LARGE) this.tooLarge++;
    if (failure.code === 'ECONNREFUSED' || !this.isProven) this.#host.fail(failure);
  }

  handleTooLarge(run: DatagramRun): void {
    this.tooLarge++;
    // A probe of the path is there to find that out.
    if (run.isWhole) return;
    const headBytes = Math.max(this.headBytes(true), this.headBytes(false));
    const way = { ip: this.remote.ip, pathMtuBytes: pathMtuBytes(this.fd), headBytes };
    this.#resources.tooLargeNotices.tell(run, way);
  }

  // What the connection asks.

  pump(): void {
    while (!this.#sending && !this.#waiting && (!this.#host.isClosed || this.#ended !== null)) {
      const run = this.#resources.sendRuns.acquire();
      const segments = this.transport.transmit(nowUs(), run);
      if (segments > 0) this.#send(run, segments);
      else this.#resources.sendRuns.release(run);
      if (segments === 0) return;
    }
  }

  takeProgress(): boolean {
    const { progress } = this.transport;
    const progressed = progress !== this.#progress;
    this.#progress = progress;
    return progressed;
  }

  handleTimeout(now: number): void {
    this.transport.handleTimeout(now);
    this.#deliver(now);
  }

  pollTimeout(): number {
    return this.transport.pollTimeout();
  }

  headBytes(isReliable: boolean): number {
    return this.transport.headBytes(isReliable);
  }

  probeDataBytes(direction: PhaseDirection, datagramBytes: number): number {
    return this.transport.probeDataBytes(direction === 'up', datagramBytes);
  }

  count(values: Float64Array, base: Float64Array): void {
    const { v1, v2 } = this.transport;
    const sent = v1?.packetsSent ?? v2?.sent.packets ?? 0;
    const received = v1?.packetsReceived ?? v2?.received.packets ?? 0;
    values[COUNTER.packetsSent] = base[COUNTER.packetsSent]! + sent;
    values[COUNTER.packetsReceived] = base[COUNTER.packetsReceived]! + received;
    values[COUNTER.bytesSent] = base[COUNTER.bytesSent]! + this.#bytesSent;
    values[COUNTER.bytesReceived] = base[COUNTER.bytesReceived]! + this.#bytesReceived;
    if (v1 !== null) this.#countV1(v1, values, base);
    if (v2 !== null) gauge(v2, values);
    this.#countKernel(values);
  }

  refreshDrops(): void {
    this.#kernelDueUs = 0;
  }

  #countKernel(values: Float64Array): void {
    const now = nowUs();
    if (now < this.#kernelDueUs) return;
    this.#kernelDueUs = now + KERNEL_INTERVAL_US;
    values[COUNTER.pathMtuBytes] = pathMtuBytes(this.fd) ?? values[COUNTER.pathMtuBytes]!;
    const drops = this.#resources.queueDrops.take(this.path.socket, now / 1000);
    if (drops === null) return;
    values[COUNTER.dropReads]!++;
    values[COUNTER.queueDrops]! += drops;
  }

  /** Version 1 tells nobody; version 2's counts come with each phase's report. */
  #countV1(engine: V1Engine, values: Float64Array, base: Float64Array): void {
    const received = this.#isListener ? UP : DOWN;
    const { resent } = this.#isListener ? DOWN : UP;
    values[received.lost] = base[received.lost]! + engine.lost;
    values[received.reordered] = base[received.reordered]! + engine.reordered;
    values[received.duplicates] = base[received.duplicates]! + engine.duplicates;
    values[resent] = base[resent]! + engine.resent;
    values[COUNTER.delayed] = engine.delayed;
  }

  destroy(): void {
    this.path.leave();
  }

  /** Until the Bye has been said as often as it is. */
  end(ended: () => void): void {
    this.#ended = ended;
    this.#sayBye();
  }

  #sayBye(): void {
    if (!this.transport.isClosed) {
      this.pump();
      const inMs = Math.max(1, (this.transport.pollTimeout() - nowUs()) / 1000);
      if (Number.isFinite(inMs)) {
        setTimeout(() => this.#sayBye(), inMs);
        return;
      }
    }
    this.path.leave();
    this.#ended?.();
  }

  #deliver(now: number): void {
    const { transport } = this;
    while (!this.#host.isClosed && transport.handleNext(now, this.#host.reader)) this.#host.drainEvents();
    if (transport.fault !== null) this.#host.fail(transport.fault);
  }

  #send(run: SendRun, segments: number): void {
    const { socket, remote } = this.path;
    const costBytes = run.sizeBytes + segments * socket.datagramCostBytes;
    this.#sending = true;
    this.#bytesSent += run.sizeBytes;
    const isSent = socket.send(run, remote, () => {
      this.#finishSend(run, costBytes);
      if (!this.#waiting) this.#host.settle(nowUs());
    });
    if (isSent) this.#finishSend(run, costBytes);
    else if (socket.tellsRoom) this.#heldSinceUs = nowUs();
  }

  #finishSend(run: SendRun, costBytes: number): void {
    this.#resources.sendRuns.release(run);
    this.#sending = false;
    if (this.#heldSinceUs !== null) this.#heldUs += nowUs() - this.#heldSinceUs;
    this.#heldSinceUs = null;
    this.#waiting = !this.#resources.turn.take(costBytes, this.#resume);
  }

  readonly #resume = (): void => {
    this.#waiting = false;
    this.#host.settle(nowUs());
  };
}

/** What there is of it right now. */
function gauge({ delayed, rtt, congestion }: V2Engine, values: Float64Array): void {
  values[COUNTER.delayed] = delayed;
  values[COUNTER.cwndBytes] = Math.round(congestion.cwndBytes);
  values[COUNTER.srttNs] = rtt.hasSample ? Math.round(rtt.smoothedUs * 1000) : 0;
}
