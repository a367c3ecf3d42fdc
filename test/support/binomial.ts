/** The 99.9 % interval of how many of `n` independent trials succeed, each with chance `p`: the normal approximation
 *  (n p (1 - p) is in the hundreds wherever it is used), with half a trial for continuity. */
const Z_999 = 3.2905;

export function binomialInterval(n: number, p: number): { least: number; most: number } {
  const spread = Z_999 * Math.sqrt(n * p * (1 - p)) + 0.5;
  return { least: n * p - spread, most: n * p + spread };
}
