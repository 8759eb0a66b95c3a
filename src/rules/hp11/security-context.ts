import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { fieldsOf, scalarText } from "#rules/subject/fields.js";

/** What hot code has to run with: a container's security context, with the pod's where the container says nothing. */
export interface EffectiveSecurity {
  readonly runAsNonRoot: boolean;
  readonly runAsUser: number | null;
  readonly noEscalation: boolean;
  readonly dropsAll: boolean;
  readonly seccomp: boolean;
  readonly readOnlyRoot: boolean;
  readonly privileged: boolean;
  readonly added: readonly string[];
}

export function effectiveSecurity({ raw, workload }: ContainerSubject): EffectiveSecurity {
  const own = fieldsOf(raw.securityContext);
  const pod = fieldsOf(workload.rawSpec.securityContext);
  const capabilities = fieldsOf(own.capabilities);
  const { type } = fieldsOf(own.seccompProfile ?? pod.seccompProfile);
  const user = own.runAsUser ?? pod.runAsUser;
  return {
    runAsNonRoot: (own.runAsNonRoot ?? pod.runAsNonRoot) === true,
    runAsUser: typeof user === "number" ? user : null,
    noEscalation: own.allowPrivilegeEscalation === false,
    dropsAll: namesOf(capabilities.drop).includes("ALL"),
    seccomp: type === "RuntimeDefault" || type === "Localhost",
    readOnlyRoot: own.readOnlyRootFilesystem === true,
    privileged: own.privileged === true,
    added: namesOf(capabilities.add),
  };
}

/** `CAP_SYS_PTRACE` and `SYS_PTRACE` are one. */
function namesOf(list: unknown): string[] {
  const names = Array.isArray(list) ? list : [];
  return names.map((name) => scalarText(name).toUpperCase().replace(/^CAP_/, ""));
}
