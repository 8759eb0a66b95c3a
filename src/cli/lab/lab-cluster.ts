import { UserError } from "#base/user-error.js";
import type { Screen } from "#edge/demo/screen.js";
import { drawnHex } from "#edge/lab/cluster/drawn-hex.js";
import { kubeAccess } from "#edge/lab/cluster/kube-access.js";
import { podsOf } from "#lab/cluster/catalogue.js";
import type { ClaimProblem } from "#lab/cluster/claim-namespace.js";
import { failureText } from "#lab/cluster/cluster-bench.js";
import {
  type JoinedCluster,
  joinCluster,
  type PreparedCluster,
} from "#lab/cluster/join-cluster.js";
import type { PreflightProblem } from "#lab/cluster/preflight.js";
import { patienceSeconds, type UnreadyCluster } from "#lab/cluster/run-cluster-arms.js";
import type { Scenario } from "#lab/scenario.js";
import type { CallFailure } from "#model/kube/call-failure.js";
import type { ClusterOptions } from "./lab-options.js";

/** The cluster of a run of the lab. */
export interface LabCluster {
  /** Makes the lab's namespace and runs the image once. Throws what a user can mend. */
  prepare(
    scenarios: readonly Scenario[],
    full: boolean,
    screen: Screen,
  ): Promise<PreparedCluster | UnreadyCluster>;
  /** Deletes all that was made, also while it is being made. What is left, in words. */
  close(): Promise<readonly string[]>;
}

export function openCluster(options: ClusterOptions): LabCluster {
  const { context, image } = options;
  const access = kubeAccess(context);
  const run = drawnHex(8);
  const namespace = options.namespace ?? `hotpod-lab-${run}`;
  let joining: ReturnType<typeof joinCluster> | null = null;
  return {
    async prepare(scenarios, full, screen) {
      const lifeSeconds = lifeOf(scenarios, full);
      joining = joinCluster(access, { context, namespace, image, run, lifeSeconds, full });
      const joined = await joining;
      if (!joined.ok) {
        const { error } = joined;
        throw error.kind === "unreachable"
          ? unreachable(context, error.failure)
          : namespaceError(namespace, error.problem, options);
      }
      return prepared(joined.value, { namespace, image, screen });
    },
    async close() {
      const joined = await joining;
      const left = joined?.ok === true ? await joined.value.leave() : [];
      await access.close();
      return left;
    },
  };
}

async function prepared(
  joined: JoinedCluster,
  what: { readonly namespace: string; readonly image: string; readonly screen: Screen },
): Promise<PreparedCluster | UnreadyCluster> {
  const { namespace, image, screen } = what;
  screen.show([`  ${image} in the namespace ${namespace} …`]);
  const found = await joined.prepare();
  if (!found.ok) return { reason: preflightReason(image, found.error) };
  const { node, server } = found.value.facts;
  const runtime =
    node === null ? "a node that may not be read" : `${node.kubelet}, ${node.runtime}`;
  screen.print(`namespace ${namespace}, Kubernetes ${server}, kubelet ${runtime}`);
  return found.value;
}

/** By then everything has been given up, and somebody else may tidy up. */
function lifeOf(scenarios: readonly Scenario[], full: boolean): number {
  const seconds = scenarios.map(({ id }) => {
    const arms = podsOf(id)?.arms.filter((arm) => full || arm.full !== true) ?? [];
    return Math.max(0, ...arms.map(patienceSeconds));
  });
  return seconds.reduce((sum, one) => sum + one, SLACK_SECONDS);
}

function unreachable(context: string, failure: CallFailure): UserError {
  if (failure.kind === "no-kubectl") {
    return new UserError({
      code: "no-kubectl",
      message: "kubectl is not in PATH, and hotpod asks a cluster through it",
      hint: "Install kubectl, or leave --context out: the lab needs no cluster.",
    });
  }
  return new UserError({
    code: "lab-cluster",
    message: `the cluster of context ${JSON.stringify(context)} cannot be asked: ${failureText(failure)}`,
    hint: "kubectl config get-contexts names the contexts; kubectl --context NAME version tries one.",
  });
}

function namespaceError(
  name: string,
  problem: ClaimProblem,
  { context, namespace }: ClusterOptions,
): UserError {
  const error = (message: string, hint: string): UserError =>
    new UserError({ code: "lab-namespace", message, hint });
  switch (problem.kind) {
    case "foreign":
      return error(
        `the namespace ${name} is there, and is not the lab's`,
        "Leave --namespace out, name one that is not there, or let somebody prepare one: hotpod lab --rbac --namespace NAME.",
      );
    case "busy":
      return error(
        `the namespace ${name} belongs to another run of the lab, until ${problem.until}`,
        `Leave --namespace out; or, if that run is over, kubectl --context ${context} delete namespace ${name}.`,
      );
    case "ends":
      return error(
        `the namespace ${name} is being deleted`,
        "Wait until it is gone, or leave --namespace out.",
      );
    case "no-rights":
      return error(
        `in the namespace ${name} you may not: ${problem.missing.join(", ")}`,
        rightsHint(namespace),
      );
    case "failed": {
      const words = `${problem.what}: ${failureText(problem.failure)}`;
      const { failure } = problem;
      const forbidden = failure.kind === "refused" && failure.reason === "forbidden";
      return error(words, forbidden ? rightsHint(namespace) : "Try it with kubectl.");
    }
  }
}

function rightsHint(namespace: string | null): string {
  if (namespace !== null) {
    return `hotpod lab --rbac --namespace ${namespace} prints what somebody with more rights has to apply.`;
  }
  return "hotpod lab --rbac prints the rights it needs; with --namespace NAME for one prepared namespace only.";
}

/** Why no pod of the lab can run, and what to do. */
function preflightReason(image: string, problem: PreflightProblem): string {
  switch (problem.kind) {
    case "no-image":
      return `no node has the image ${image} (${problem.words}): ${OTHER_IMAGE}`;
    case "no-tools":
      return `the image ${image} does not do (${problem.words}): ${OTHER_IMAGE}`;
    case "not-scheduled":
      return `no node takes a pod of 10m of a processor and 16Mi of memory, without tolerations: ${problem.words}`;
    case "refused":
      return `the cluster refuses the lab's pod: ${problem.words}; if a policy or a quota forbids it, let somebody prepare a namespace: hotpod lab --rbac --namespace NAME`;
    case "too-slow":
      return `a pod of ${image} did not end in 3 minutes: kubectl get events tells what it waits for; a nearer --image may help`;
  }
}

const OTHER_IMAGE =
  "name one with a shell, httpd and wget that the nodes have or can pull: --image REFERENCE";

/** To make and to delete a namespace, and to pull an image. */
const SLACK_SECONDS = 600;
