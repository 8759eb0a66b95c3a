import type { KubeObject } from "#manifest/workload/kube-object.js";
import type { ReloadSubject } from "#rules/reload/reload-subject.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import type { Project } from "#rules/subject/project.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";
import type { Outcome } from "./outcome.js";

/** `error`: it will hurt; `warning`: it hurts sometimes or somewhere; `info`: worth knowing. */
export type Severity = "error" | "warning" | "info";

/**
 * What happens: A a pod rejected, never ready, killed or evicted; a the same, but only sometimes; L requests or connections lost;
 * V a wrong, old or unprovable version runs; B a build or reload fails, loops or has no effect; X exposure; O no harm by itself.
 */
export type Reason = "A" | "a" | "L" | "V" | "B" | "X" | "O";

/** How much of a rule can be decided by what an API server sees at admission. */
export type Exports = "KVR" | "KVR@" | "R+" | "none";

/** One rule: what it is for people, and how it judges. */
export interface Rule {
  readonly id: string;
  /** Stable, in kebab case. */
  readonly name: string;
  readonly severity: Severity;
  readonly reason: Reason;
  /** One step less severe under the profile `dev`. */
  readonly lessInDev?: boolean;
  /** Letters of inputs: `,` all needed, `|` one of, `?` sharpens. */
  readonly inputs: string;
  readonly exports: Exports;
  readonly fix: "safe" | "suggest" | "none";
  /** One sentence: what is wrong when it fires. */
  readonly title: string;
  /** Why that hurts. */
  readonly why: string;
  readonly when: string;
  /** What to do about it. */
  readonly remedy: string;
  readonly fires: string;
  readonly quiet: string;
  /** Rules of other tools that overlap. */
  readonly peers?: string;
  readonly judge: Judge;
}

/** What a rule is asked about. `plain init containers` are asked only with `init: true`. */
export type Judge =
  | { readonly of: "container"; readonly judge: (container: ContainerSubject) => Outcome }
  | { readonly of: "workload"; readonly judge: (workload: WorkloadSubject) => Outcome }
  | {
      readonly of: "object";
      readonly kinds: readonly string[];
      readonly judge: (object: KubeObject, project: Project) => Outcome;
    }
  /** Every use of a reload tool: in a container, or a configuration file that no container took. */
  | {
      readonly of: "reload";
      readonly judge: (reload: ReloadSubject) => Outcome;
      /** Of containers without such a tool, for rules that have something to say of them too. */
      readonly others?: (container: ContainerSubject) => Outcome;
    }
  | { readonly of: "project"; readonly judge: (project: Project) => Outcome };
