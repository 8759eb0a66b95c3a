import { container as plainContainer, pod as plainPod } from "#lab/probe/lab-pod.js";
import type { Container, Pod, PodSpec, Probe } from "#model/kube/pod.js";

/** A probe by its letters: D initial delay, P period, T timeout, F failures, SU successes, TG grace. */
export function probe(
  { D = 0, P = 10, T = 1, F = 3, SU = 1, TG = null as number | null } = {},
  handler: Probe["handler"] = {
    ...{ kind: "httpGet", scheme: "HTTP", host: null, port: 8080, path: "/", httpHeaders: [] },
  },
): Probe {
  return {
    handler,
    initialDelaySeconds: D,
    periodSeconds: P,
    timeoutSeconds: T,
    failureThreshold: F,
    successThreshold: SU,
    terminationGracePeriodSeconds: TG,
  };
}

export function container(fields: Partial<Container> = {}): Container {
  return plainContainer({ name: "c", image: "i:1", ...fields });
}

export function pod(fields: Partial<PodSpec> = {}): Pod {
  return { ...plainPod({ containers: [container()], ...fields }), name: "p" };
}
