import { execOutcome, expandCommand } from "#kubelet/prober/exec-outcome.js";
import {
  grpcOutcome,
  httpOutcome,
  probeHeaders,
  resolvePort,
  tcpOutcome,
} from "#kubelet/prober/network-outcome.js";
import type { Outcome } from "#kubelet/prober/outcome.js";
import type { Container, Probe } from "#model/kube/pod.js";
import type { LabBench, ProcessOptions } from "#ports/lab/lab-bench.js";
import { askHttpGet } from "./ask-http-get.js";
import { containerPlace, literalsOf } from "./container-place.js";

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
  const { handler, timeoutSeconds } = probe;
  const { bench, container, timeoutMs } = context;
  switch (handler.kind) {
    case "exec": {
      const command = expandCommand(handler.command, literalsOf(container));
      const place = containerPlace(container, context.exec);
      const seen = await bench.processes.exec(command, { ...place, timeoutMs });
      // What the event says is what was asked for, whatever the scale made of it.
      const told = seen.kind === "timed-out" ? { ...seen, timeoutSeconds } : seen;
      return execOutcome(command, told, bench.cri);
    }
    case "httpGet": {
      const port = resolvePort(handler.port, container.ports);
      if (!port.ok) return { kind: "error", state: "unknown", error: port.error };
      const headers = probeHeaders(handler.httpHeaders, MINOR);
      const question = { port: port.value, headers, timeoutMs };
      return httpOutcome(await askHttpGet(bench, handler, question));
    }
    case "tcpSocket": {
      const port = resolvePort(handler.port, container.ports);
      if (!port.ok) return { kind: "error", state: "unknown", error: port.error };
      return tcpOutcome(await bench.network.connect(port.value, timeoutMs));
    }
    case "grpc": {
      // gRPC's clients try to connect again after a second; it keeps its share of the probe's time.
      const retryMs = timeoutMs / timeoutSeconds;
      const { port, service } = handler;
      const seen = await bench.network.askHealth({ port, service, timeoutMs, retryMs });
      return grpcOutcome(seen, timeoutSeconds);
    }
  }
}

/** Of the Kubernetes version that the lab's kubelet is. */
const MINOR = 36;
