import { MAX_DATAGRAM_DATA_BYTES } from '../src/arq/v2/limits.js';
import type { PhaseOrder } from '../src/control/messages.js';
import type { Carrier } from './carrier.js';

export interface OrderPeer {
  /** null until the Hellos have told. */
  readonly version: 1 | 2 | null;
  readonly isReliable: boolean;
  readonly maxPacketSizeBytes: number;
}

/** Why an order can't be carried out on a connection, as part of a sentence; null: it can. */
export function inabilityOf(order: PhaseOrder, peer: OrderPeer, carrier: Carrier): string | null {
  const isV2 = peer.version === 2;
  const isStream = carrier.headBytes(true) === 0;
  if (order.kind === 'path-probe') {
    if (isStream) return 'TCP has no datagrams';
    return isV2 ? null : 'the peer speaks version 1, whose receivers do not tell what arrived';
  }
  if (order.packetSizeBytes > peer.maxPacketSizeBytes) {
    return `packets have at most ${peer.maxPacketSizeBytes} bytes here (--max-packet-size)`;
  }
  if (isStream) return null;
  if (!isV2 && !peer.isReliable) return 'the peer speaks version 1, which knows no unreliable data';
  return datagramInability(order.packetSizeBytes, isV2, carrier);
}

function datagramInability(packetSizeBytes: number, isV2: boolean, carrier: Carrier): string | null {
  const maxBytes = isV2 ? MAX_DATAGRAM_DATA_BYTES : carrier.maxOriginalBytes;
  if (packetSizeBytes <= maxBytes) return null;
  return isV2
    ? `a datagram carries at most ${maxBytes} bytes of data`
    : `the peer speaks version 1: an original gets at most ${maxBytes} bytes of data whole`;
}
