import type { Prng } from '../support/prng.js';

/** Bytes that mean something in a packet: more likely to get past the first check than any byte. */
const TELLING = [...Buffer.from('0123456789-+.eE\n\r\t ,:"\\{}[]%xu\0\x7f\x80\xc3\xff', 'latin1')];

/** A copy of `bytes` with one to four random changes; now and then random bytes altogether. */
export function mutate(bytes: Uint8Array, prng: Prng): Uint8Array {
  if (prng.below(50) === 0) return Uint8Array.from({ length: prng.below(60) }, () => someByte(prng));
  let mutated = bytes;
  for (let nChanges = 1 + prng.below(4); nChanges > 0; nChanges--) mutated = change(mutated, prng);
  return mutated;
}

function change(bytes: Uint8Array, prng: Prng): Uint8Array {
  const at = prng.below(bytes.length + 1);
  const end = Math.min(bytes.length, at + prng.below(prng.pick([2, 12, 100])));
  switch (prng.below(7)) {
    case 0: // a byte less, or some
      return splice(bytes, at, end, new Uint8Array(0));
    case 1: // the end is missing
      return bytes.slice(0, at);
    case 2: // a stretch comes twice
      return splice(bytes, at, at, bytes.subarray(at, end));
    case 3: // a bit is flipped
      return splice(bytes, at, at + 1, Uint8Array.of((bytes[at] ?? 0) ^ (1 << prng.below(8))));
    case 4: // a byte more
      return splice(bytes, at, at, Uint8Array.of(someByte(prng)));
    default: // another byte
      return splice(bytes, at, at + 1, Uint8Array.of(someByte(prng)));
  }
}

function someByte(prng: Prng): number {
  return prng.below(4) === 0 ? prng.below(256) : prng.pick(TELLING);
}

function splice(bytes: Uint8Array, off: number, end: number, instead: Uint8Array): Uint8Array {
  const behind = bytes.subarray(end);
  const result = new Uint8Array(off + instead.length + behind.length);
  result.set(bytes.subarray(0, off));
  result.set(instead, off);
  result.set(behind, off + instead.length);
  return result;
}
