/** Tails of Student's t and Fisher's F, both by the regularised incomplete beta function (DLMF 8.17;
 *  Abramowitz & Stegun 26.5.27 and 26.5.28). Exact to about ten digits. */

const MAX_TERMS = 300;
const PRECISION = 1e-14;
/** Stands for a denominator of 0 in Lentz's method. */
const TINY = 1e-300;

/** How likely Student's t with `df` degrees of freedom is above `t`. */
export function tUpperTail(t: number, df: number): number {
  if (t === Number.POSITIVE_INFINITY) return 0;
  if (t === Number.NEGATIVE_INFINITY) return 1;
  const outside = incompleteBeta(df / (df + t * t), df / 2, 0.5) / 2;
  return t >= 0 ? outside : 1 - outside;
}

/** What Student's t is above with this likelihood, `tail` below a half. */
export function tQuantile(tail: number, df: number): number {
  let low = 0;
  let high = 1;
  while (tUpperTail(high, df) > tail) high *= 2;
  // Halved until the two are neighbours.
  for (;;) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) return middle;
    if (tUpperTail(middle, df) > tail) low = middle;
    else high = middle;
  }
}

/** How likely F with these degrees of freedom is above `f`. */
export function fUpperTail(f: number, df1: number, df2: number): number {
  return f === Number.POSITIVE_INFINITY ? 0 : incompleteBeta(df2 / (df2 + df1 * f), df2 / 2, df1 / 2);
}

/** I_x(a, b). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The continued fraction converges fast on one side of the mean only (DLMF 8.17.4).
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const logFront = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x);
  return Math.exp(logFront) / (a * betaFraction(x, a, b));
}

/** The continued fraction of DLMF 8.17.22, inverted, by Lentz's method. */
function betaFraction(x: number, a: number, b: number): number {
  let value = 1;
  let upper = 1;
  let lower = 0;
  for (let term = 1; term <= MAX_TERMS; term++) {
    const factor = fractionTerm(term, x, a, b);
    lower = 1 / nonZero(1 + factor * lower);
    upper = nonZero(1 + factor / upper);
    const change = upper * lower;
    value *= change;
    if (Math.abs(change - 1) < PRECISION) break;
  }
  return value;
}

function fractionTerm(term: number, x: number, a: number, b: number): number {
  const m = Math.floor(term / 2);
  if (term % 2 === 0) return (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
  return (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
}

function nonZero(value: number): number {
  return value === 0 ? TINY : value;
}

/** Stirling's series (DLMF 5.11.1), for arguments that the recurrence has made large enough for it. */
function logGamma(x: number): number {
  let shifted = x;
  let product = 1;
  while (shifted < 12) {
    product *= shifted;
    shifted++;
  }
  const inverse = 1 / (shifted * shifted);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse / 1680))) / shifted;
  return (
    (shifted - 0.5) * Math.log(shifted) - shifted + Math.log(2 * Math.PI) / 2 + series - Math.log(product)
  );
}
