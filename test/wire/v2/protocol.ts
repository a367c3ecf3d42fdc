import { readFileSync } from 'node:fs';

/** A packet of docs/protocol.md: what stands behind the name of a vector. */
export interface Vector {
  readonly name: string;
  readonly header: string;
  readonly data: string;
  readonly bytes: Uint8Array;
}

const DOCUMENT = new URL('../../../../docs/protocol.md', import.meta.url);
const VECTOR = /^<!-- vector: (?<name>[^>]+) -->\n```text\n(?<text>[^`]*)\n```$/gm;

/** All byte vectors of the document, by name. A vector is a packet as it is on the wire: two lines of lengths,
 *  and a line of header and data. */
export function readVectors(): Map<string, Vector> {
  const vectors = new Map<string, Vector>();
  for (const { groups } of readFileSync(DOCUMENT, 'utf8').matchAll(VECTOR)) {
    const { name = '', text = '' } = groups ?? {};
    const [headerBytes = '', dataBytes = '', ...rest] = text.split('\n');
    const body = rest.join('\n');
    const header = body.slice(0, Number(headerBytes));
    const data = body.slice(Number(headerBytes));
    if (data.length !== Number(dataBytes)) throw new Error(`vector ${name} has ${data.length} bytes of data`);
    vectors.set(name, { name, header, data, bytes: new TextEncoder().encode(text) });
  }
  return vectors;
}
