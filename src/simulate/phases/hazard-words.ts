import type { Micros } from "#model/life/life-event.js";
import type { Likelihood } from "#model/life/life-report.js";

/** `in every phase`, `with probability 0.38`, `in 12 of 1000 runs`. */
export function percentWords({ share, origin }: Likelihood): string {
  switch (origin.kind) {
    case "exact":
      return share === 1 ? "in every phase" : `with probability ${round(share)}`;
    case "sampled":
      return `in ${Math.round(share * origin.runs)} of ${origin.runs} runs`;
    case "point":
      return `(phase ${origin.phase})`;
  }
}

/** `, first after 20 to 23.8s`. */
export function intervalWords({ interval }: Likelihood): string {
  if (interval === null) return "";
  const { fromUs, toUs } = interval;
  const from = round(fromUs / 1_000_000);
  const to = round(toUs / 1_000_000);
  return from === to ? `, first after ${from}s` : `, first after ${from} to ${to}s`;
}

export const secondsWords = (us: Micros): string => `${round(us / 1_000_000)}s`;

/** To a thousandth: what is printed is short, and the same everywhere. */
const round = (value: number): number => Math.round(value * 1_000) / 1_000;
