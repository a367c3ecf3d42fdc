import { FAULT, type Fault } from '../errors.js';
import { hasExactly, parseJson, toInteger } from '../json.js';
import { Lengths, readLengths } from '../lengths.js';
import { MAX_ID_LENGTH } from '../limits.js';
import { decodeUtf8Strict, encodeUtf8 } from '../text.js';
import { HeadPattern } from './head-pattern.js';
import { bulkTemplate, controlTemplate, datagramTemplate, type HeadTemplate } from './head-template.js';
import { decodeV2Meta, encodeV2Meta, fillSackView, V2_META, type V2Meta, type V2MetaKind } from './meta.js';
import { SackCodec, SackView } from './sack.js';

const FIELDS = ['index', 'connection_id', 'meta'] as const;

/** Heads that are told by a pattern; later copies of bulk packets are too rare. */
interface Known {
  readonly kind: typeof V2_META.bulk | typeof V2_META.datagram | typeof V2_META.normal;
  readonly copy: number;
  readonly template: HeadTemplate;
  readonly pattern: HeadPattern;
}

/** One packet, filled in place. Which of the fields of the meta are right depends on `kind`. */
export class V2View {
  kind: V2MetaKind = V2_META.normal;
  index = 0;
  copy = 0;
  /** Of a Datagram. */
  sequence = 0;
  /** The token, or the reason of a Bye. */
  text = '';
  connectionId = '';
  dataOff = 0;
  dataLen = 0;
  /** Just behind the packet: the end of the datagram, or the next packet of several that were joined by the
   *  system (GRO). */
  next = 0;
  readonly sack = new SackView();
}

/** Decodes the packets of one connection; those of another are decoded as well, and say so by their id. */
export class V2Reader {
  readonly view = new V2View();
  readonly #connectionId: string;
  readonly #lengths = new Lengths();
  readonly #sacks: SackCodec;
  readonly #known: readonly Known[];
  /** What came last comes again, most likely. */
  #last: Known;
  #viewed: Uint8Array = new Uint8Array(0);
  #bytes: DataView = new DataView(new ArrayBuffer(0));

  constructor(connectionId: string) {
    this.#connectionId = connectionId;
    this.#sacks = new SackCodec(connectionId);
    this.#known = [
      known(V2_META.bulk, 0, bulkTemplate(connectionId, 0)),
      known(V2_META.bulk, 1, bulkTemplate(connectionId, 1)),
      known(V2_META.datagram, 0, datagramTemplate(connectionId)),
      known(V2_META.normal, 0, controlTemplate(connectionId)),
    ];
    this.#last = this.#known[0]!;
  }

  /** Decodes the packet at `buf[off..end)`, whose bytes must all be there. After a fault the offsets in `view`
   *  say nothing: a packet that can't be read hides where the next one starts. */
  read(buf: Uint8Array, off: number, end: number): Fault {
    const bytes = this.#bytesOf(buf);
    const last = this.#last;
    const again = last.pattern.match(bytes, off, end);
    if (again >= 0) return this.#finishKnown(last, again, off, end);
    for (let i = 0; i < this.#known.length; i++) {
      const head = this.#known[i]!;
      const value = head === last ? -1 : head.pattern.match(bytes, off, end);
      if (value >= 0) return this.#finishKnown(head, value, off, end);
    }
    return this.#readHead(buf, off, end);
  }

  /** Of the buffer read last: for the stamps in its data. */
  get bytes(): DataView {
    return this.#bytes;
  }

  #finishKnown(head: Known, value: number, off: number, end: number): Fault {
    const { kind, copy, pattern } = head;
    const { view } = this;
    this.#last = head;
    view.kind = kind;
    view.copy = copy;
    view.connectionId = this.#connectionId;
    if (kind === V2_META.datagram) {
      view.index = -1;
      view.sequence = value;
    } else view.index = value;
    return this.#finish(off + pattern.headBytes, pattern.dataBytes, end);
  }

  #finish(dataOff: number, dataBytes: number, end: number): Fault {
    const { view } = this;
    view.dataOff = dataOff;
    view.dataLen = dataBytes;
    view.next = dataOff + dataBytes;
    return view.next > end ? FAULT.truncated : FAULT.none;
  }

  #readHead(buf: Uint8Array, off: number, end: number): Fault {
    const lengths = this.#lengths;
    const { view } = this;
    const fault = readLengths(buf, off, end, lengths);
    if (fault !== FAULT.none) return fault;
    const { headerOff, dataBytes } = lengths;
    const dataOff = headerOff + lengths.headerBytes;
    if (this.#finish(dataOff, dataBytes, end) !== FAULT.none) return FAULT.truncated;
    if (this.#sacks.read(buf, headerOff, dataOff, view.sack)) {
      view.kind = V2_META.sack;
      view.index = -1;
      view.connectionId = this.#connectionId;
    } else if (!decodeV2Header(buf, headerOff, dataOff, view)) return FAULT.badHeader;
    if (view.kind === V2_META.sack) return view.sack.isOrdered ? FAULT.none : FAULT.badHeader;
    if (view.connectionId === this.#connectionId) this.#learn(off);
    return FAULT.none;
  }

  #learn(off: number): void {
    const { kind, copy, index, sequence, dataLen } = this.view;
    const head = this.#known.find((each) => each.kind === kind && each.copy === copy);
    const value = kind === V2_META.datagram ? sequence : index;
    head?.pattern.learn(this.#bytes, off, head.template, value, dataLen);
  }

  #bytesOf(buf: Uint8Array): DataView {
    if (this.#viewed !== buf) {
      this.#viewed = buf;
      this.#bytes = new DataView(buf.buffer, buf.byteOffset, buf.byteLength);
    }
    return this.#bytes;
  }
}

function known(kind: Known['kind'], copy: number, template: HeadTemplate): Known {
  return { kind, copy, template, pattern: new HeadPattern() };
}

/** Writes a whole packet that is not bulk and not a Sack at `off`; `meta` null is `["Normal"]`. Returns its
 *  size, or -1 (and nothing written) when it does not fit into `out`. */
export function encodeV2Packet(
  out: Uint8Array,
  off: number,
  index: number,
  connectionId: string,
  meta: V2Meta | null,
  data: Uint8Array,
): number {
  const metaText = meta === null ? '["Normal"]' : encodeV2Meta(meta);
  const header = encodeUtf8(
    `{"index":${index},"connection_id":${JSON.stringify(connectionId)},"meta":${metaText}}`,
  );
  const lengths = encodeUtf8(`${header.length}\n${data.length}\n`);
  const sizeBytes = lengths.length + header.length + data.length;
  if (off + sizeBytes > out.length) return -1;
  out.set(lengths, off);
  out.set(header, off + lengths.length);
  out.set(data, off + lengths.length + header.length);
  return sizeBytes;
}

/** Any field order and JSON white space, strict in everything else. False leaves the view half filled. */
export function decodeV2Header(buf: Uint8Array, off: number, end: number, view: V2View): boolean {
  const text = decodeUtf8Strict(buf.subarray(off, end));
  const value = text === null ? undefined : parseJson(text);
  if (!hasExactly(value, FIELDS)) return false;
  const index = toInteger(value.index);
  const id = value.connection_id;
  if (index === null || typeof id !== 'string' || id.length > MAX_ID_LENGTH) return false;
  view.index = index;
  view.connectionId = id;
  if (isNormal(value.meta)) {
    view.kind = V2_META.normal;
    view.copy = 0;
    return index >= 0;
  }
  const meta = decodeV2Meta(value.meta, index);
  if (meta !== null) fillMeta(meta, view);
  return meta !== null;
}

function isNormal(meta: unknown): boolean {
  return Array.isArray(meta) && meta.length === 1 && meta[0] === 'Normal';
}

function fillMeta(meta: V2Meta, view: V2View): void {
  view.kind = V2_META[meta.kind];
  switch (meta.kind) {
    case 'resend':
    case 'bulk':
      view.copy = meta.copy;
      return;
    case 'accept':
    case 'token':
      view.copy = meta.copy;
      view.text = meta.token;
      return;
    case 'datagram':
      view.copy = 0;
      view.sequence = meta.sequence;
      return;
    case 'sack':
      fillSackView(meta.sack, view.sack);
      return;
    case 'bye':
      view.text = meta.reason;
      return;
    case 'reset':
      view.text = '';
  }
}
