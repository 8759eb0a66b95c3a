import { createHash } from "node:crypto";
import { CONDITIONS } from "#policy/conditions/all.js";
import { VARIABLES } from "#policy/variables.js";

/** What the engines of `make judges` said, and of what. */
export interface Recorded {
  /** Of all conditions and variables: other ones have to be judged again. */
  readonly fingerprint: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly cases: number;
}

export const RECORD = "test/policy/recorded.json";
export const WASM = "test/policy/policy.wasm.gz";

export function fingerprint(): string {
  const texts = [VARIABLES, CONDITIONS.map(({ sees: _sees, ...rest }) => rest)];
  return createHash("sha256").update(JSON.stringify(texts)).digest("hex");
}
