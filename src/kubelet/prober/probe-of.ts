import type { Container, Probe, ProbeKind } from "#model/kube/pod.js";

export function probeOf(container: Container, kind: ProbeKind): Probe | null {
  switch (kind) {
    case "liveness":
      return container.livenessProbe;
    case "readiness":
      return container.readinessProbe;
    case "startup":
      return container.startupProbe;
  }
}
