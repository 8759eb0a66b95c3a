import { Agent, get } from "node:http";
import { performance } from "node:perf_hooks";

/** One answer of a probe, as kubelet would have got it. */
export interface Sample {
  readonly code: number;
  readonly body: string;
  readonly tookMs: number;
  /** Milliseconds since 1970, when it was asked. */
  readonly atMs: number;
}

export interface Sampler {
  readonly samples: readonly Sample[];
  /** The different answers in the order in which they came, repetitions left out. */
  sequence(from?: number): string[];
  stop(): Promise<void>;
}

/** Asks again and again, one question at a time, each on a new connection as kubelet does. */
export function sample(port: number, path: string, everyMs: number): Sampler {
  const samples: Sample[] = [];
  const agent = new Agent({ keepAlive: false });
  let stopped = false;
  const loop = (async () => {
    while (!stopped) {
      const one = await ask(agent, port, path);
      if (one !== null) samples.push(one);
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  })();
  return {
    samples,
    sequence: (from = 0) =>
      samples
        .slice(from)
        .map(({ code, body }) => `${code} ${body}`)
        .filter((text, index, all) => text !== all[index - 1]),
    stop: () => {
      stopped = true;
      return loop;
    },
  };
}

/** null: nobody listens yet, or any more. */
function ask(agent: Agent, port: number, path: string): Promise<Sample | null> {
  const atMs = Date.now();
  const began = performance.now();
  return new Promise((resolve) => {
    get({ host: "127.0.0.1", port, path, agent }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        body += chunk;
      });
      response.on("end", () => {
        const tookMs = performance.now() - began;
        resolve({ code: response.statusCode ?? 0, body: body.trim(), tookMs, atMs });
      });
      response.on("error", () => resolve(null));
    }).on("error", () => resolve(null));
  });
}

/** The latency that `share` (0 to 1) of the samples do not exceed. */
export function quantileMs(samples: readonly Sample[], share: number): number {
  const sorted = samples.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
