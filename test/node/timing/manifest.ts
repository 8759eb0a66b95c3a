import { namespace } from "#test/node/cluster/kubectl.js";
import type { TimingCase } from "./case-parts.js";

const SECURE = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
};

/** The pod of a case, as the namespace's `restricted` profile takes it. */
export function manifestOf({ name, spec }: TimingCase) {
  const secured = (containers: readonly object[]) =>
    containers.map((one) => ({ ...one, securityContext: SECURE }));
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace },
    spec: {
      ...spec,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: {
        ...{ runAsNonRoot: true, runAsUser: 65_532, runAsGroup: 65_532 },
        seccompProfile: { type: "RuntimeDefault" },
      },
      initContainers: secured(spec.initContainers ?? []),
      containers: secured(spec.containers),
      volumes: [{ name: "tmp", emptyDir: {} }],
    },
  };
}
