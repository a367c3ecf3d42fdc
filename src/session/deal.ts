/** Deals `total` over `parts` so that none has more than one above another and nothing is lost to
 *  rounding. `offset` turns the order, so that many small totals don't all land on the first part. */
export function deal(total: number, parts: number, offset = 0): number[] {
  const shares = new Array<number>(parts).fill(Math.floor(total / parts));
  for (let k = 0; k < total % parts; k++) {
    const part = (offset + k) % parts;
    shares[part] = shares[part]! + 1;
  }
  return shares;
}
