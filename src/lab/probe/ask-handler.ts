import { execOutcome } from "#kubelet/prober/exec-outcome.js";
import { httpOutcome, resolvePort, tcpOutcome } from "#kubelet/prober/network-outcome.js";
import type { Outcome } from "#kubelet/prober/outcome.js";
import type { Container, Probe } from "#model/kube/pod.js";
import type { LabBench, ProcessOptions } from "#ports/lab/lab-bench.js";

export interface AskContext {
  readonly bench: LabBench;
  readonly container: Container;
  /** Of exec probes. */
  readonly exec: ProcessOptions;
  /** Real. */
  readonly timeoutMs: number;
}

/** Asks a probe's question for real: by a connection or a process of its own. */
export async function askHandler(probe: Probe, context: AskContext): Promise<Outcome> {
  const { handler } = probe;
  const { bench, container, timeoutMs } = context;
  switch (handler.kind) {
    case "exec": {
      const seen = await bench.processes.exec(handler.command, { ...context.exec, timeoutMs });
      return execOutcome(handler.command, seen, "containerd");
    }
    case "httpGet": {
      const port = resolvePort(handler.port, container.ports);
      if (!port.ok) return { kind: "error", state: "unknown", error: port.error };
      const question = { port: port.value, path: handler.path, timeoutMs };
      return httpOutcome(await bench.network.ask(question));
    }
    case "tcpSocket": {
      const port = resolvePort(handler.port, container.ports);
      if (!port.ok) return { kind: "error", state: "unknown", error: port.error };
      return tcpOutcome(await bench.network.connect(port.value, timeoutMs));
    }
    case "grpc":
      return { kind: "error", state: "unknown", error: "the lab asks no gRPC probes" };
  }
}
