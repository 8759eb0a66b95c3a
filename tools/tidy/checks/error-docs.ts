import type { Node } from "typescript/unstable/ast";
import {
  isIdentifier,
  isObjectLiteralExpression,
  isPropertyAssignment,
  isStringLiteral,
} from "typescript/unstable/ast/is";
import type { Finding } from "#tools/tidy/finding.js";
import { type Source, visit } from "#tools/tidy/parse.js";
import { roomOf } from "#tools/tidy/room-table.js";
import type { Tree } from "#tools/tidy/tree.js";

const DOCUMENT = "docs/troubleshooting.md";

/** Every error that a user can meet has its entry among the messages, under its code. */
export function checkErrorDocs(tree: Tree, sources: readonly Source[]): Finding[] {
  const documented = tree.files.get(DOCUMENT) ?? "";
  const findings: Finding[] = [];
  for (const source of sources) {
    if (roomOf(source.path) === null) continue;
    visit(source.ast, (node) => {
      const code = errorCode(node);
      if (code === null || documented.includes(`\`${code}\``)) return;
      const message = `${code} has no entry in ${DOCUMENT}: say what it means and what to do`;
      findings.push({ path: source.path, line: source.lineOf(node), rule: "error-docs", message });
    });
  }
  return findings;
}

/** What has a `code` and a `hint` is an error for users. */
function errorCode(node: Node): string | null {
  if (!isObjectLiteralExpression(node)) return null;
  let code: string | null = null;
  let hint = false;
  for (const property of node.properties) {
    const { name } = property as { name?: Node };
    if (name === undefined || !isIdentifier(name)) continue;
    hint ||= name.text === "hint";
    const initializer = isPropertyAssignment(property) ? property.initializer : name;
    if (name.text === "code" && isStringLiteral(initializer)) code = initializer.text;
  }
  return hint ? code : null;
}
