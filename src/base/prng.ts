/** A small seeded generator (xoshiro128**): the same seed gives the same numbers on every machine and Node version. */
export interface Prng {
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number;
  /** True in `numerator` of `denominator` cases. */
  chance(numerator: number, denominator: number): boolean;
  /** One element of a list that is not empty. */
  pick<T>(list: readonly T[]): T;
}

export function prng(seed: number): Prng {
  const s = splitmix(seed);
  const next = (): number => {
    const result = Math.imul(rotl(Math.imul(s[1], 5), 7), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 11);
    return result;
  };
  const below = (limit: number): number => Math.floor((next() / 2 ** 32) * limit);
  return {
    below,
    chance: (numerator, denominator) => below(denominator) < numerator,
    pick: (list) => list[below(list.length)] as (typeof list)[number],
  };
}

const rotl = (x: number, k: number): number => (x << k) | (x >>> (32 - k));

function splitmix(seed: number): [number, number, number, number] {
  let z = seed >>> 0;
  const one = (): number => {
    z = (z + 0x9e3779b9) >>> 0;
    let x = z;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return (x ^ (x >>> 16)) | 0;
  };
  return [one(), one(), one(), one()];
}
