import { type ASTNode, Environment } from "@marcbachmann/cel-js";

export type CelNode = ASTNode;

/** The parser alone; what Kubernetes adds to CEL is functions, which parse like any other. */
const environment = new Environment({
  unlistedVariablesAreDyn: true,
  enableOptionalTypes: true,
  homogeneousAggregateLiterals: false,
  limits: { maxAstNodes: 100_000, maxDepth: 500, maxCallArguments: 32 },
});

/** Throws with the place for a text that is no CEL. */
export function parseCel(text: string): CelNode {
  return environment.parse(text).ast;
}
