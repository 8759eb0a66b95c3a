import { execOutcome } from "#kubelet/prober/exec-outcome.js";
import {
  grpcOutcome,
  httpOutcome,
  resolvePort,
  tcpOutcome,
} from "#kubelet/prober/network-outcome.js";
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
      const { timeoutSeconds } = probe;
      // What the event says is what was asked for, whatever the scale made of it.
      const told = seen.kind === "timed-out" ? { ...seen, timeoutSeconds } : seen;
      return execOutcome(handler.command, told, "containerd");
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
    case "grpc": {
      // gRPC's clients try to connect again after a second; it keeps its share of the probe's time.
      const retryMs = timeoutMs / probe.timeoutSeconds;
      const { port, service } = handler;
      const seen = await bench.network.askHealth({ port, service, timeoutMs, retryMs });
      return grpcOutcome(seen, probe.timeoutSeconds);
    }
  }
}
