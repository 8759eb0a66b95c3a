import { createMetrics, type Gauges } from "#edge/http/metrics.js";
import type { Answer, ProbePages } from "#edge/http/probe-server.js";
import type { Tally } from "#edge/http/tally.js";
import { answers } from "#generation/answers.js";
import type { Driver } from "#generation/drive.js";
import type { State } from "#generation/state.js";
import type { ProbeAnswer } from "#generation/status.js";

type Pages = Record<"live" | "ready" | "started", Answer>;

/** The pages of the probes, written once for each state and not once for each question. */
export function probePages(driver: Driver, tally: Tally): ProbePages {
  let written: { readonly state: State; readonly pages: Pages } | null = null;
  const pages = (): Pages => {
    const state = driver.state();
    if (written?.state !== state) {
      const { live, ready, started } = answers(state);
      const all = { live: answer(live), ready: answer(ready), started: answer(started) };
      written = { state, pages: all };
    }
    return written.pages;
  };
  return {
    live: () => pages().live,
    ready: () => pages().ready,
    started: () => pages().started,
    metrics: createMetrics(tally, () => gaugesOf(driver)),
  };
}

function answer({ code, body }: ProbeAnswer): Answer {
  return { code, type: "application/json", body: `${JSON.stringify(body)}\n` };
}

function gaugesOf(driver: Driver): Gauges {
  const { ready, serving, canary, draining, paused, drift } = driver.status();
  return {
    ready: ready.code === 200 ? 1 : 0,
    generation: serving?.generation ?? 0,
    draining: draining.length,
    canary_percent: canary?.percent ?? 0,
    paused: paused ? 1 : 0,
    drift: drift ? 1 : 0,
  };
}
