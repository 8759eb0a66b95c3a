import { fail, ok, type Result } from "#base/result.js";
import type { CallFailure } from "#model/kube/call-failure.js";
import type { ClusterFacts, ClusterNode } from "#model/lab/lab-report.js";
import type { KubeAccess } from "#ports/lab/kube-access.js";
import { type ClaimProblem, claimNamespace } from "./claim-namespace.js";
import { type LabNamespace, openClusterBench } from "./cluster-bench.js";
import { type PreflightProblem, preflight } from "./preflight.js";
import { modelVersion, type ReadyCluster } from "./run-cluster-arms.js";

export interface JoinAsked {
  /** Of kubectl's configuration. */
  readonly context: string;
  readonly namespace: string;
  readonly image: string;
  readonly run: string;
  readonly lifeSeconds: number;
  readonly full: boolean;
}

/** A cluster that the lab has a namespace in. */
export interface JoinedCluster {
  readonly server: string;
  /** Runs the image once; then arms can run. */
  prepare(): Promise<Result<PreparedCluster, PreflightProblem>>;
  /** Deletes all that the lab has made; harmless twice. What is left, in words; empty: nothing. */
  leave(): Promise<readonly string[]>;
}

export interface PreparedCluster {
  readonly facts: ClusterFacts;
  readonly ready: ReadyCluster;
}

export type JoinProblem =
  | { readonly kind: "unreachable"; readonly failure: CallFailure }
  | { readonly kind: "namespace"; readonly problem: ClaimProblem };

export async function joinCluster(
  access: KubeAccess,
  asked: JoinAsked,
): Promise<Result<JoinedCluster, JoinProblem>> {
  const server = await access.serverVersion();
  if (!server.ok) return fail({ kind: "unreachable", failure: server.error });
  const { namespace: name, run, image, lifeSeconds } = asked;
  const claimed = await claimNamespace(access, { name, run, lifeSeconds });
  if (!claimed.ok) return fail({ kind: "namespace", problem: claimed.error });
  const watch = access.watch(name);
  let number = 0;
  const unique = (): string => {
    number += 1;
    return `${run}-${number}`;
  };
  const place: LabNamespace = { access, name, run, image, watch, unique };
  let left: Promise<readonly string[]> | null = null;
  return ok({
    server: server.value,
    async prepare() {
      const opened = openClusterBench(place, "preflight");
      const found = await preflight(opened.bench, `preflight-${run}`);
      await opened.close();
      if (!found.ok) return found;
      const node = await nodeOf(access, found.value);
      const { context } = asked;
      const version = modelVersion(server.value, node);
      return ok({
        facts: { context, namespace: name, image, server: server.value, node },
        ready: { place, node: found.value, version, full: asked.full },
      });
    },
    leave() {
      watch.stop();
      left ??= claimed.value.remove();
      return left;
    },
  });
}

/** null: no right to read nodes, which nothing else depends on. */
async function nodeOf(access: KubeAccess, name: string): Promise<ClusterNode | null> {
  const found = await access.get("node", name, null);
  const node = found.ok ? (found.value as ApiNode | null) : null;
  const info = node?.status?.nodeInfo;
  if (info === undefined) return null;
  const { kubeletVersion, containerRuntimeVersion, kernelVersion } = info;
  return { kubelet: kubeletVersion, runtime: containerRuntimeVersion, kernel: kernelVersion };
}

interface ApiNode {
  readonly status?: {
    readonly nodeInfo?: {
      readonly kubeletVersion: string;
      readonly containerRuntimeVersion: string;
      readonly kernelVersion: string;
    };
  };
}
