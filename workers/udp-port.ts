import type { RemoteInfo } from 'node:dgram';
import { Resets } from '../src/arq/v2/reset.js';
import { nowUs } from '../src/io/clock.js';
import type { IoFailure } from '../src/io/failure.js';
import type { DatagramRun, DatagramSocket, UdpHandler } from '../src/io/udp.js';
import { ChunkView } from '../src/wire/chunk-view.js';
import { type Envelope, IdMark, readEnvelope } from '../src/wire/envelope.js';
import { V2_META } from '../src/wire/v2/meta.js';
import type { Connection } from './connection.js';
import type { UdpCarrier, UdpPath } from './udp-carrier.js';

/** Connections that have said Hello and nothing since. Anybody can send Hellos with forged addresses; beyond
 *  this the oldest is forgotten, and a real one says Hello again. */
const MAX_HALF_OPEN = 256;

/** The longest reset is as long as the longest packet that it may answer. */
const MAX_RESET_BYTES = 2048;

/** A connection of the port, and how its packets are told. */
interface Entry {
  readonly connection: Connection;
  readonly carrier: UdpCarrier;
  readonly mark: IdMark;
  address: string;
}

export interface UdpPortOwner {
  /** Opens a connection for a Hello; null: there is no room. */
  accept(connectionId: string, path: UdpPath): { connection: Connection; carrier: UdpCarrier } | null;
}

/** A listener's UDP socket and whose the datagrams are that come to it: told by address, proven by id. */
export class UdpPort implements UdpHandler {
  readonly #socket: DatagramSocket;
  readonly #owner: UdpPortOwner;
  readonly #resets = new Resets(nowUs());
  readonly #resetBytes = new Uint8Array(MAX_RESET_BYTES);
  readonly #byAddress = new Map<string, Entry>();
  readonly #byId = new Map<string, Entry>();
  readonly #view = new ChunkView();
  /** Nearly every datagram comes from where the one before came from. */
  #lastRemote: RemoteInfo | null = null;
  #lastEntry: Entry | undefined;
  /** Those that datagrams of this batch were for. */
  readonly #touched = new Set<Entry>();
  /** In the order in which they came. */
  readonly #halfOpen = new Set<Entry>();

  constructor(socket: DatagramSocket, owner: UdpPortOwner) {
    this.#socket = socket;
    this.#owner = owner;
    socket.start(this);
  }

  handleDatagram(bytes: Uint8Array, off: number, end: number, remote: RemoteInfo): void {
    const entry = this.#entryAt(remote);
    const isKnown = entry?.mark.standsIn(this.#view.of(bytes), off, end) ?? false;
    if (entry !== undefined && isKnown) this.#deliver(entry, bytes, off, end);
    else this.#handleOther(bytes.subarray(off, end), remote, addressOf(remote));
  }

  handleBatchEnd(): void {
    for (const entry of this.#touched) entry.carrier.handleBatchEnd();
    this.#touched.clear();
  }

  /** Of one answer that did not get through; the connection itself notices. */
  handleError(_failure: IoFailure): void {}

  handleTooLarge(run: DatagramRun, to: RemoteInfo | null): void {
    if (to !== null) this.#byAddress.get(addressOf(to))?.carrier.handleTooLarge(run);
  }

  close(): void {
    void this.#socket.close();
  }

  #entryAt(remote: RemoteInfo): Entry | undefined {
    if (!isSame(remote, this.#lastRemote)) this.#lastEntry = this.#byAddress.get(addressOf(remote));
    this.#lastRemote = remote;
    return this.#lastEntry;
  }

  #setAddress(entry: Entry): void {
    this.#byAddress.set(entry.address, entry);
    this.#lastRemote = null;
  }

  #handleOther(bytes: Uint8Array, remote: RemoteInfo, address: string): void {
    const envelope = readEnvelope(bytes);
    if (envelope === null) return;
    const isHello = envelope.kind === V2_META.normal && envelope.index === 0;
    const known = this.#byId.get(envelope.connectionId);
    if (known !== undefined && known.address === address) this.#deliverAll(known, bytes);
    else if (isHello) this.#accept(envelope, bytes, remote, address, known);
    else if (known !== undefined) this.#move(known, bytes, remote, address);
    else this.#reset(envelope, remote, bytes.length);
  }

  /** A Hello under a known id from another address is the client's next try, after it lost its connection. */
  #accept(
    { connectionId }: Envelope,
    bytes: Uint8Array,
    remote: RemoteInfo,
    address: string,
    old: Entry | undefined,
  ): void {
    old?.connection.fail({ code: 'REPLACED', text: 'the client has connected anew' });
    const path: UdpPath = { socket: this.#socket, remote, leave: () => this.#forget(connectionId, path) };
    const accepted = this.#owner.accept(connectionId, path);
    if (accepted === null) return;
    const entry: Entry = { ...accepted, mark: new IdMark(connectionId), address };
    this.#setAddress(entry);
    this.#byId.set(connectionId, entry);
    this.#halfOpen.add(entry);
    this.#boundHalfOpen();
    accepted.connection.start();
    this.#deliverAll(entry, bytes);
  }

  #deliverAll(entry: Entry, bytes: Uint8Array): void {
    this.#deliver(entry, bytes, 0, bytes.length);
  }

  #deliver(entry: Entry, bytes: Uint8Array, off: number, end: number): void {
    this.#touched.add(entry);
    entry.carrier.handleDatagram(bytes, off, end);
    if (this.#halfOpen.size > 0 && entry.carrier.isProven) this.#halfOpen.delete(entry);
  }

  /** A NAT gave the client another address in mid-flight. */
  #move(entry: Entry, bytes: Uint8Array, remote: RemoteInfo, address: string): void {
    this.#freeAddress(entry);
    entry.address = address;
    this.#setAddress(entry);
    entry.carrier.path.remote = remote;
    entry.carrier.transport.handleAddressChange();
    this.#deliverAll(entry, bytes);
  }

  #reset({ connectionId, kind, index }: Envelope, remote: RemoteInfo, sizeBytes: number): void {
    // The Ping in v1 that goes with a client's further Hellos, one of which is lost or overtaken.
    if (kind === V2_META.normal && index === 1) return;
    const bytes = this.#resetBytes;
    const resetBytes = this.#resets.write(nowUs(), bytes, connectionId, kind, sizeBytes);
    if (resetBytes === 0) return;
    const run = {
      bytes: bytes.slice(0, resetBytes),
      segmentBytes: resetBytes,
      segments: 1,
      sizeBytes: resetBytes,
    };
    this.#socket.send(run, remote, () => {});
  }

  #boundHalfOpen(): void {
    if (this.#halfOpen.size <= MAX_HALF_OPEN) return;
    for (const oldest of this.#halfOpen) {
      oldest.connection.fail({ code: 'EVICTED', text: `more than ${MAX_HALF_OPEN} Hellos were unconfirmed` });
      return;
    }
  }

  /** The id may have a connection by now that has come in its place. */
  #forget(connectionId: string, path: UdpPath): void {
    const entry = this.#byId.get(connectionId);
    if (entry?.carrier.path !== path) return;
    this.#byId.delete(connectionId);
    this.#halfOpen.delete(entry);
    this.#freeAddress(entry);
  }

  /** Another client may speak from there as well. */
  #freeAddress(entry: Entry): void {
    if (this.#byAddress.get(entry.address) === entry) this.#byAddress.delete(entry.address);
    this.#lastRemote = null;
  }
}

/** dgram makes a new object for each datagram, a batch one for each peer. */
function isSame(a: RemoteInfo, b: RemoteInfo | null): boolean {
  return a === b || (b !== null && a.port === b.port && a.address === b.address);
}

function addressOf({ address, port }: RemoteInfo): string {
  return `${address} ${port}`;
}
