import { execOutcome } from "#kubelet/prober/exec-outcome.js";
import { hookHeaders, resolvePort } from "#kubelet/prober/network-outcome.js";
import type { Container, HookHandler, HttpGet } from "#model/kube/pod.js";
import type { LabBench, ProcessOptions } from "#ports/lab/lab-bench.js";
import { askHttpGet } from "./ask-http-get.js";
import { containerPlace } from "./container-place.js";

export interface HookContext {
  readonly bench: LabBench;
  readonly container: Container;
  /** Of commands in the container. */
  readonly exec: ProcessOptions;
  /** Resolves when the container has ended, and all of it. */
  readonly ended: Promise<unknown>;
}

/** A hook of any kind but `sleep`, which only takes its time. */
export type ActingHook = Exclude<HookHandler, { kind: "sleep" }>;

/**
 * Runs a hook for real, without a time of its own: it goes on until it is done, or its container has ended. null: it has succeeded; or why
 * not, which the kubelet writes to its own log only.
 */
export async function runHook(handler: ActingHook, context: HookContext): Promise<string | null> {
  try {
    return await failureOf(handler, context);
  } catch (error) {
    return (error as Error).message;
  }
}

async function failureOf(handler: ActingHook, context: HookContext): Promise<string | null> {
  const { bench, container, ended } = context;
  switch (handler.kind) {
    case "exec": {
      const place = containerPlace(container, context.exec);
      const options = { ...place, timeoutMs: Number.POSITIVE_INFINITY, until: ended };
      const seen = await bench.processes.exec(handler.command, options);
      const outcome = execOutcome(handler.command, seen, bench.cri);
      if (outcome.kind === "success") return null;
      if (outcome.kind === "error") return outcome.error;
      const code = seen.kind === "exited" ? `exit code ${seen.code}: ` : "";
      return `${code}${outcome.output}`;
    }
    case "httpGet":
      return request(handler, context);
    case "tcpSocket":
      return "a tcpSocket hook cannot be run: the kubelet has no runner for it";
  }
}

/** Whatever is answered is good. A server without TLS that is asked with it is asked again without. */
async function request(handler: HttpGet, context: HookContext): Promise<string | null> {
  const { bench, container, ended: until } = context;
  const port = resolvePort(handler.port, container.ports);
  if (!port.ok) return port.error;
  const headers = hookHeaders(handler.httpHeaders, MINOR);
  const timeoutMs = Number.POSITIVE_INFINITY;
  const seen = await askHttpGet(bench, handler, { port: port.value, headers, timeoutMs, until });
  if (seen.kind === "too-many-redirects") return "stopped after 10 redirects";
  if (seen.kind !== "no-answer") return null;
  if (handler.scheme === "HTTPS" && seen.words.endsWith("HTTP response to HTTPS client")) {
    return request({ ...handler, scheme: "HTTP" }, context);
  }
  return `Get "${seen.url}": ${seen.words}`;
}

/** Of the Kubernetes version that the lab's kubelet is. */
const MINOR = 36;
