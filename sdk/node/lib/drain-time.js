/** Fits Kubernetes' default grace period of 30 s. */
const STANDARD_MS = 25_000;
/** @type {Record<string, number>} */
const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const DURATION = /^(\d+(\.\d+)?(ms|s|m|h))+$/;

/**
 * How long after SIGTERM the process may live, in milliseconds. The supervisor kills it then.
 * @param {number | string | undefined} chosen
 * @param {NodeJS.ProcessEnv} env
 */
export function drainTime(chosen, env) {
  if (typeof chosen === "number") {
    if (chosen > 0) return chosen;
    throw new Error(`hotpod: drain ${chosen}: want milliseconds, or a duration such as "25s"`);
  }
  if (chosen !== undefined) return milliseconds("drain", chosen);
  return env.HOTPOD_DRAIN ? milliseconds("HOTPOD_DRAIN", env.HOTPOD_DRAIN) : STANDARD_MS;
}

/**
 * "1m30s" and the like, as Go writes durations.
 * @param {string} name
 * @param {string} text
 */
function milliseconds(name, text) {
  let sum = 0;
  if (DURATION.test(text)) {
    for (const [, count, unit = ""] of text.matchAll(/([\d.]+)(ms|s|m|h)/g)) {
      sum += Number(count) * (UNITS[unit] ?? Number.NaN);
    }
  }
  if (sum > 0) return sum;
  throw new Error(`hotpod: ${name}="${text}": want a duration such as 25s`);
}

/**
 * Divides the drain time, in milliseconds. Until `idle`, every connection is waited for; until `end`, those with a request. The rest
 * is for the process's own end.
 * @param {number} limit
 */
export function deadlines(limit) {
  const end = limit - Math.min(limit / 10, 1000);
  return { idle: end - Math.min(end / 5, 2000), end };
}
