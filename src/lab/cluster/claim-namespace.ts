import { fail, ok, type Result } from "#base/result.js";
import type { CallFailure } from "#model/kube/call-failure.js";
import type { KubeAccess, KubeObject } from "#ports/lab/kube-access.js";
import { END_SECONDS, failureText, MADE } from "./cluster-bench.js";
import { type ApiNamespace, namespaceFate, UNTIL_ANNOTATION } from "./namespace-fate.js";
import { LAB_LABEL, missingRights, type ReviewedRule } from "./rights.js";

export interface ClaimAsked {
  readonly name: string;
  /** Value of the lab's label. */
  readonly run: string;
  /** When the lab is over at the latest. */
  readonly lifeSeconds: number;
}

/** A namespace that the lab may use. */
export interface ClaimedNamespace {
  /** Made for this run, and deleted with it. */
  readonly own: boolean;
  /** Deletes all that the lab has made. What is left, in words; empty: nothing. */
  remove(): Promise<readonly string[]>;
}

export type ClaimProblem =
  | { readonly kind: "foreign" }
  | { readonly kind: "busy"; readonly until: string }
  | { readonly kind: "ends" }
  /** `create pods`, in the namespace. */
  | { readonly kind: "no-rights"; readonly missing: readonly string[] }
  /** What was tried: `namespace lab cannot be made`. */
  | { readonly kind: "failed"; readonly what: string; readonly failure: CallFailure };

/** Makes the namespace, or takes one that was prepared for the lab, and sees that the rights are there. */
export async function claimNamespace(
  access: KubeAccess,
  asked: ClaimAsked,
): Promise<Result<ClaimedNamespace, ClaimProblem>> {
  const { name } = asked;
  const failed = (what: string, failure: CallFailure) =>
    fail({ kind: "failed" as const, what: `the namespace ${name} ${what}`, failure });
  const found = await access.get("namespace", name, null);
  if (!found.ok) return failed("cannot be looked for", found.error);
  const fate = namespaceFate(found.value as ApiNamespace | null, access.wallTime(0));
  if (fate.kind === "foreign" || fate.kind === "busy" || fate.kind === "ends") return fail(fate);
  if (fate.kind === "replace") {
    const gone = await access.removeNamespace(name, GONE_MS);
    if (!gone.ok) return failed("of an earlier lab cannot be deleted", gone.error);
  }
  const own = fate.kind !== "use";
  if (own) {
    const made = await access.create(namespaceOf(asked, access.wallTime(asked.lifeSeconds)), null);
    if (!made.ok) return failed("cannot be made", made.error);
  }
  const claimed = claimedNamespace(access, asked, own);
  const missing = await missingIn(access, name);
  if (missing.length === 0) return ok(claimed);
  await claimed.remove();
  return fail({ kind: "no-rights", missing });
}

function claimedNamespace(
  access: KubeAccess,
  { name, run }: ClaimAsked,
  own: boolean,
): ClaimedNamespace {
  const label = `${LAB_LABEL}=${run}`;
  const guard = access.guard({ name, label: own ? null : label });
  return {
    own,
    async remove() {
      const swept = await access.removeLabelled(MADE, label, name, END_SECONDS);
      const gone = own ? await access.removeNamespace(name, GONE_MS) : swept;
      guard.release();
      if (gone.ok) return [];
      const what = own ? `namespace ${name}` : `what it has made in ${name} (label ${label})`;
      return [`${what}: ${failureText(gone.error)}`];
    },
  };
}

function namespaceOf({ name, run }: ClaimAsked, until: string): KubeObject {
  return {
    ...{ apiVersion: "v1", kind: "Namespace" },
    metadata: {
      name,
      labels: {
        [LAB_LABEL]: run,
        "pod-security.kubernetes.io/enforce": "restricted",
      },
      annotations: { [UNTIL_ANNOTATION]: until },
    },
  };
}

/** An API server that cannot tell them all is believed. */
async function missingIn(access: KubeAccess, namespace: string): Promise<readonly string[]> {
  const review = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectRulesReview" };
  const asked = { ...review, metadata: { name: "" }, spec: { namespace } };
  const answer = await access.create(asked, null);
  if (!answer.ok) return [];
  const { status } = answer.value as {
    readonly status?: {
      readonly incomplete?: boolean;
      readonly resourceRules?: readonly ReviewedRule[];
    };
  };
  if (status?.resourceRules === undefined || status.incomplete === true) return [];
  return missingRights(status.resourceRules);
}

/** A namespace with pods that end at once is gone in some seconds. */
const GONE_MS = 60_000;
