import { ROUTED_CLIENTS } from "#lab/programs/windows/routed-clients.js";
import type { LabTraffic } from "#model/lab/lab-report.js";
import type { LabBench } from "#ports/lab/lab-bench.js";

/** Clients of a Service: every request goes to a pod that is ready, as nodes know it one nominal second later. */
export interface RoutedClients {
  /** A pod has become ready, or is no longer. */
  setReady(port: number, ready: boolean): void;
  stop(): Promise<RoutedEnd>;
}

export interface RoutedEnd {
  readonly requests: number;
  readonly failed: number;
  readonly beganMs: number;
  readonly tookMs: number;
  readonly traffic: LabTraffic;
}

export interface RoutedOptions {
  /** Of its files: one for each in an arm. */
  readonly name: string;
  /** Those that are ready at the beginning. */
  readonly ready: readonly number[];
  /** Real, over all pods. */
  readonly ratePerSecond: number;
}

export async function routedClients(
  bench: LabBench,
  { name, ready, ratePerSecond }: RoutedOptions,
): Promise<RoutedClients> {
  const { clock, files, folder, network, processes, scale } = bench;
  const program = await bench.goProgram("routed-clients", ROUTED_CLIENTS);
  const targets = `${folder}/endpoints-${name}`;
  const known = new Set(ready);
  const write = (): void => {
    files.write(`${targets}-next`, [...known].join(" "));
    files.rename(`${targets}-next`, targets);
  };
  write();
  const env = { HOST: network.host, TARGETS: targets, RATE: `${ratePerSecond}` };
  const clients = await processes.start([program], { env });
  return {
    setReady(port, isReady) {
      clock.after(LAG * 1_000 * scale, () => {
        if (isReady) known.add(port);
        else known.delete(port);
        write();
      });
    },
    async stop() {
      clients.signal("SIGTERM");
      const isSummary = ({ text }: { readonly text: string }): boolean => text.startsWith("{");
      const last = await clients.lines.until("the clients' summary", isSummary, 0, PATIENCE_MS);
      await clients.exited;
      return JSON.parse(last.text) as RoutedEnd;
    },
  };
}

/** From a change of readiness to the rules of every node, nominal seconds. */
const LAG = 1;
const PATIENCE_MS = 30_000;
