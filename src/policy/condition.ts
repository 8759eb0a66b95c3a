/**
 * One rule as far as an API server can decide it at admission, from the object alone. Every exported form is made from this one
 * definition: ValidatingAdmissionPolicy and Kyverno take its CEL as it stands, Rego is translated from it.
 */
export interface Condition {
  /** `HP210` */
  readonly rule: string;
  /** What `one` stands for in `fails`: a container with its facts (see `variables.ts`), or nothing. */
  readonly each: Each;
  /** CEL; true: the rule fires. It may use `object`, `one` and `variables.NAME`, and never meets an error, whatever the object holds. */
  readonly fails: string;
  /** What the built-in rule knows and this does not, in whole sentences: there it is silent where the built-in rule speaks. */
  readonly sees?: readonly string[];
  /** A text is matched where the built-in rule reads the script: for auditing only. */
  readonly approximate?: true;
  /** Where not everything that makes pods is asked. */
  readonly kinds?: readonly string[];
}

/**
 * `running`: containers and sidecars; `inits`: plain init containers; `object`: the object as a whole. Rules about other objects
 * beside the workload, which only Rego with an inventory can see, find them in `variables.others`.
 */
export type Each = "running" | "inits" | "object";
