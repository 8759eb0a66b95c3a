/**
 * e to the power of `x`, by additions, multiplications and divisions only: the same bits on every machine and Node version, which
 * Math.exp does not promise. Right to within a few units of the last place for |x| up to 700.
 */
export function exponential(x: number): number {
  const twos = Math.round(x / LN2);
  const rest = x - twos * LN2_HIGH - twos * LN2_LOW;
  let term = 1;
  let sum = 1;
  for (let n = 1; n <= 18; n++) {
    term = (term * rest) / n;
    sum += term;
  }
  const factor = twos < 0 ? 0.5 : 2;
  for (let n = Math.abs(twos); n > 0; n--) sum *= factor;
  return sum;
}

const { LN2 } = Math;
/** Its leading bits: products with whole numbers are exact. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
