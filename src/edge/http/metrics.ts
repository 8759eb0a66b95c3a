import type { Registry } from "prom-client";
import type { Answer } from "./probe-server.js";
import { COUNTERS, type CounterName, HISTOGRAMS, type HistogramName, type Tally } from "./tally.js";

/** What is so at the moment of a scrape; names without their `hotpod_`. */
export interface Gauges {
  readonly ready: number;
  /** The number of the serving generation; 0 when none serves. */
  readonly generation: number;
  readonly draining: number;
  readonly canary_percent: number;
  readonly paused: number;
  readonly drift: number;
}

const GAUGES: Readonly<Record<keyof Gauges, string>> = {
  ready: "1 when /readyz answers 200.",
  generation: "The number of the serving generation; 0 when none serves.",
  draining: "Old generations that are still ending.",
  canary_percent: "The share of new connections that a canary gets; 0 without one.",
  paused: "1 while changes wait.",
  drift: "1 when something else runs than the next start of the container will run.",
};

const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** `/metrics`. The library is loaded by the first scrape: most supervisors on a desk are never scraped. */
export function createMetrics(tally: Tally, gauges: () => Gauges): () => Promise<Answer> {
  let loading: Promise<Registry> | null = null;
  return async () => {
    loading ??= createRegistry(tally, gauges);
    const registry = await loading;
    return { code: 200, type: registry.contentType, body: await registry.metrics() };
  };
}

async function createRegistry(tally: Tally, gauges: () => Gauges): Promise<Registry> {
  // A CommonJS package: only its default export is the same bundled and unbundled.
  const { default: client } = await import("prom-client");
  const { Counter, Gauge, Histogram, Registry } = client;
  const registry = new Registry();
  const registers = [registry];
  for (const name of Object.keys(COUNTERS) as CounterName[]) {
    const { label, help } = COUNTERS[name];
    const labelNames: readonly string[] = label === null ? [] : [label];
    new Counter({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset();
        for (const [value, count] of tally.counts(name)) {
          if (label === null) this.inc(count);
          else this.inc({ [label]: value }, count);
        }
      },
    });
  }
  for (const name of Object.keys(HISTOGRAMS) as HistogramName[]) {
    const { label, help } = HISTOGRAMS[name];
    const labelNames: readonly string[] = label === null ? [] : [label];
    new Histogram({
      name,
      help,
      labelNames,
      buckets: BUCKETS,
      registers,
      collect() {
        for (const { label: value, seconds } of tally.takeSeconds(name)) {
          if (label === null) this.observe(seconds);
          else this.observe({ [label]: value }, seconds);
        }
      },
    });
  }
  for (const key of Object.keys(GAUGES) as (keyof Gauges)[]) {
    new Gauge({
      name: `hotpod_${key}`,
      help: GAUGES[key],
      registers,
      collect() {
        this.set(gauges()[key]);
      },
    });
  }
  new Gauge({
    name: "hotpod_supervisor_resident_bytes",
    help: "Memory of hotpod itself, the pages of its program included.",
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  return registry;
}
