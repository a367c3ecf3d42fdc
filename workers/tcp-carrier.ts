import { nowUs } from '../src/io/clock.js';
import type { IoFailure } from '../src/io/failure.js';
import { setPacingRate } from '../src/io/kernel/socket-request.js';
import { readTcpInfo, type TcpInfo } from '../src/io/kernel/tcp-info.js';
import type { Endpoint, TcpHandler, TcpLink } from '../src/io/tcp.js';
import { StreamTransport } from '../src/session/v2/stream-transport.js';
import { COUNTER } from '../src/stats/layout.js';
import { MIN_SEND_BUFFER_BYTES, SendBuffer } from '../src/wire/send-buffer.js';
import type { Carrier, CarrierHost, SendTimes } from './carrier.js';
import type { CarrierSettings, Resources } from './resources.js';

/** Data goes in pieces of up to 64 KiB, the last of which may have to wait for room. */
const FULL = 0.9;

/** Where one read finds so much, the next is due before the loop has gone to sleep and been woken. */
const FAST_READ_BYTES = 64 << 10;

/** A connection's packets over one TCP link. */
export class TcpCarrier implements Carrier, TcpHandler {
  readonly protocol = 'tcp';
  readonly transport: StreamTransport;
  readonly maxOriginalBytes = Number.POSITIVE_INFINITY;
  readonly isProven = true;
  readonly tooLarge = 0;
  sendTimes: SendTimes | null = null;
  /** When the kernel was asked, and how long the peer's window was found full by then. */
  #infoUs = nowUs();
  #fullUs = 0;
  readonly #host: CarrierHost;
  readonly #resources: Resources;
  readonly #link: TcpLink;
  readonly #controlBuffer = new SendBuffer(MIN_SEND_BUFFER_BYTES);
  #bulkBuffer: SendBuffer | null = null;
  /** 0: none. */
  #rateBps = 0;
  #writing = false;
  #progressed = false;
  #unsentBytes = 0;
  #bytesSent = 0;
  #bytesReceived = 0;

  /** @param connectionId the client's own; null as listener */
  constructor(
    host: CarrierHost,
    resources: Resources,
    link: TcpLink,
    connectionId: string | null,
    settings: CarrierSettings,
  ) {
    this.#host = host;
    this.#resources = resources;
    this.#link = link;
    const { maxPacketSizeBytes } = resources;
    const setRate = (rateBps: number) => this.#setRate(rateBps);
    this.transport = new StreamTransport({ ...settings, connectionId, maxPacketSizeBytes, setRate });
  }

  get local(): Endpoint {
    return this.#link.local;
  }

  get remote(): Endpoint {
    return this.#link.remote;
  }

  get fd(): number {
    return this.#link.fd;
  }

  get bulkBytesSent(): number {
    return this.transport.bulkBytesWritten;
  }

  get bulkBytesReceived(): number {
    return this.transport.framer.bulkBytes;
  }

  start(): void {
    this.#link.start(this);
  }

  // What the link tells.

  handleData(bytes: Uint8Array, sizeBytes: number): void {
    const { transport } = this;
    // A read that filled the buffer has more behind it, which tells the time as well: that saves a third of a read.
    if (sizeBytes === bytes.length && sizeBytes <= this.countedBytes) {
      this.handleCounted(sizeBytes);
      return;
    }
    this.#bytesReceived += sizeBytes;
    const now = nowUs();
    const { framer } = transport;
    const { packets, bulkBytes } = framer;
    transport.feed(now, bytes, 0, sizeBytes);
    while (!this.#host.isClosed && transport.handleNext(now, this.#host.reader)) this.#host.drainEvents();
    if (framer.packets !== packets || framer.bulkBytes !== bulkBytes) this.#progressed = true;
    if (transport.fault !== null) this.#host.fail({ code: 'PROTOCOL', text: transport.fault });
  }

  get countedBytes(): number {
    return this.transport.bulkAheadBytes;
  }

  handleCounted(sizeBytes: number): void {
    this.#bytesReceived += sizeBytes;
    this.#progressed = true;
    this.transport.passBulk(sizeBytes);
    if (sizeBytes >= FAST_READ_BYTES) this.#resources.poller.linger();
  }

  handleBatchEnd(): void {
    this.#host.settle(nowUs());
  }

  handleWritten(): void {
    const now = nowUs();
    this.#writing = false;
    this.#progressed = true;
    this.transport.handleWritten(now);
    this.#host.settle(now);
  }

  handleClosed(failure: IoFailure): void {
    const half = failure.code === 'PEER_CLOSED' && this.transport.framer.partial;
    const when = this.#host.isGreeted ? '' : ' before the Hellos were exchanged';
    const text = `${failure.text}${half ? ' in the middle of a packet' : ''}${when}`;
    this.#host.fail({ ...failure, text });
  }

  // What the connection asks.

  readonly pump = (): void => {
    if (this.#writing || this.#host.isClosed) return;
    if (!this.transport.pending) {
      this.#releaseBulkBuffer();
      return;
    }
    const buffer = this.#buffer();
    if (this.#resources.turn.take(buffer.bytes.length, this.pump)) this.#write(buffer);
  };

  /** A large write to a slow peer makes progress long before all of it is taken. */
  takeProgress(): boolean {
    const { unsentBytes } = this.#link;
    const progressed = this.#progressed || (this.#writing && unsentBytes !== this.#unsentBytes);
    this.#unsentBytes = unsentBytes;
    this.#progressed = false;
    return progressed;
  }

  handleTimeout(): void {}

  pollTimeout(): number {
    return Number.POSITIVE_INFINITY;
  }

  headBytes(): number {
    return 0;
  }

  probeDataBytes(): null {
    return null;
  }

  count(values: Float64Array, base: Float64Array): void {
    const { framer, packetsWritten } = this.transport;
    values[COUNTER.packetsSent] = base[COUNTER.packetsSent]! + packetsWritten;
    values[COUNTER.packetsReceived] = base[COUNTER.packetsReceived]! + framer.packets;
    values[COUNTER.bytesSent] = base[COUNTER.bytesSent]! + this.#bytesSent;
    values[COUNTER.bytesReceived] = base[COUNTER.bytesReceived]! + this.#bytesReceived;
    const info = readTcpInfo(this.#link.fd);
    this.sendTimes = info && this.#timesOf(info);
    if (info !== null) countTcp(info, values, base);
  }

  /** Over TCP nothing is dropped that was acknowledged. */
  refreshDrops(): void {}

  destroy(): void {
    this.#link.destroy(this.#releaseBulkBuffer);
  }

  /** A Bye that is queued goes out in front of the FIN, unless a write to a slow peer is still under way. */
  end(ended: () => void): void {
    const { pending, isSmall } = this.transport;
    if (!this.#writing && pending && isSmall) this.#write(this.#controlBuffer);
    this.#link.end(() => {
      this.#releaseBulkBuffer();
      ended();
    });
  }

  /** The kernel counts the time that nothing but the window held data back. Congestion control that paces (BBR) comes to
   *  send no faster than the window lets it, and so hides it: then it shows in a window that is always full. */
  #timesOf(info: TcpInfo): SendTimes {
    const { inFlightBytes, peerWindowBytes } = info;
    const now = nowUs();
    const isFull = peerWindowBytes !== null && inFlightBytes >= FULL * peerWindowBytes;
    if (isFull) this.#fullUs += now - this.#infoUs;
    this.#infoUs = now;
    return {
      dataUs: info.busyUs,
      windowUs: Math.max(info.windowLimitedUs, this.#fullUs),
      bufferUs: info.bufferLimitedUs,
      congestionUs: 0,
      rttUs: info.rttUs,
    };
  }

  /** A client without the means was told before it connected; as a listener we can only fail. */
  #setRate(rateBps: number): void {
    if (rateBps === this.#rateBps) return;
    this.#rateBps = rateBps;
    try {
      setPacingRate(this.#link.fd, rateBps);
    } catch (error) {
      this.#host.fail({ code: 'SOCKET_OPTION', text: (error as Error).message });
    }
  }

  #write(buffer: SendBuffer): void {
    const sizeBytes = this.transport.fill(nowUs(), buffer);
    this.#writing = true;
    this.#bytesSent += sizeBytes;
    this.#link.write(buffer.bytes.subarray(0, sizeBytes));
    this.#unsentBytes = this.#link.unsentBytes;
  }

  #buffer(): SendBuffer {
    if (this.transport.isSmall) return this.#controlBuffer;
    this.#bulkBuffer ??= this.#resources.sendBuffers.acquire();
    return this.#bulkBuffer;
  }

  /** Only when the system holds none of it: whoever gets it next writes to it. */
  readonly #releaseBulkBuffer = (): void => {
    if (this.#bulkBuffer === null) return;
    this.#resources.sendBuffers.release(this.#bulkBuffer);
    this.#bulkBuffer = null;
  };
}

/** The last answer stands once the socket is closed. */
function countTcp(info: TcpInfo, values: Float64Array, base: Float64Array): void {
  values[COUNTER.tcpReads]!++;
  values[COUNTER.tcpRttUs] = info.rttUs;
  values[COUNTER.tcpRttVarUs] = info.rttVarUs;
  values[COUNTER.tcpMinRttUs] = info.minRttUs;
  values[COUNTER.tcpCwndBytes] = info.cwndBytes;
  values[COUNTER.tcpPacingBps] = info.pacingRateBps;
  values[COUNTER.tcpDeliveryBps] = info.deliveryRateBps;
  values[COUNTER.tcpRetransmits] = base[COUNTER.tcpRetransmits]! + info.retransmits;
  values[COUNTER.pathMtuBytes] = info.pathMtuBytes;
}
