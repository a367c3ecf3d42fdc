/** Decimal text times a whole factor, exactly: binary fractions would make 1.1 * 1000 no whole number. */

/** `text` is digits, perhaps with a point and more digits. null when the product is not a whole number. */
export function scaleDecimal(text: string, factor: number): bigint | null {
  const [whole = '', fraction = ''] = text.split('.');
  const product = BigInt(whole + fraction) * BigInt(factor);
  const divisor = 10n ** BigInt(fraction.length);
  return product % divisor === 0n ? product / divisor : null;
}
