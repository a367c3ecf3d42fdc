/** The addresses of a block such as 10.0.0.0/24 (RFC 4632), or fd00::/120 (RFC 4291 §2.3), the first and the last
 *  included: a host may have either. The caller bounds their number.
 *  @param host a literal; the bits behind the prefix don't matter */
export function expandBlock(host: string, prefixBits: number): string[] {
  const isV6 = host.includes(':');
  const groupBits = isV6 ? 16 : 8;
  const groups = isV6 ? groupsV6(host) : host.split('.').map(Number);
  const freeBits = BigInt(groups.length * groupBits - prefixBits);
  const number = groups.reduce((sum, group) => (sum << BigInt(groupBits)) | BigInt(group), 0n);
  const first = (number >> freeBits) << freeBits;
  return Array.from({ length: Number(1n << freeBits) }, (_, i) => {
    const address = groupsOf(first + BigInt(i), groups.length, groupBits);
    return isV6 ? textV6(address) : address.join('.');
  });
}

function groupsOf(number: bigint, count: number, bits: number): number[] {
  const mask = (1n << BigInt(bits)) - 1n;
  return Array.from({ length: count }, (_, i) => Number((number >> BigInt((count - 1 - i) * bits)) & mask));
}

/** IPv4 in the last two groups is written out as hex; `::` stands for what is missing. */
function groupsV6(text: string): number[] {
  const hex = text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(0, 4).map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [head = '', tail = ''] = hex.split('::');
  const [front, back] = [head, tail].map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = new Array<string>(8 - front!.length - back!.length).fill('0');
  return [...front!, ...zeros, ...back!].map((group) => Number.parseInt(group, 16));
}

/** RFC 5952 §4: the longest run of zeros, the first of equal ones, becomes `::`. */
function textV6(groups: readonly number[]): string {
  const text = groups.map((group) => group.toString(16)).join(':');
  const runs = [...text.matchAll(/\b0(?::0)+\b/g)];
  const longest = Math.max(...runs.map(([run]) => run.length));
  const at = runs.find(([run]) => run.length === longest)?.index;
  if (at === undefined) return text;
  return `${text.slice(0, at).replace(/:$/, '')}::${text.slice(at + longest).replace(/^:/, '')}`;
}
