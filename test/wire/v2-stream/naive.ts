/** A packet as docs/protocol.md has it, written without any code of src/wire. `data` is latin1. */
export function naivePacket(id: string, index: number, meta: unknown, data: string): string {
  const header = JSON.stringify({ index, connection_id: id, meta });
  return `${header.length}\n${data.length}\n${header}${data}`;
}

/** The 16 bytes that bulk data starts with, where no rate is set; as latin1. */
export function stampText(nowNs: number): string {
  const stamp = Buffer.alloc(16);
  stamp.writeBigUInt64BE(BigInt(nowNs), 0);
  stamp.writeBigUInt64BE(BigInt(nowNs), 8);
  return stamp.toString('latin1');
}
