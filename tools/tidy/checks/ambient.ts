import type { Node } from "typescript/unstable/ast";
import { SyntaxKind } from "typescript/unstable/ast";
import {
  isBindingElement,
  isIdentifier,
  isImportClause,
  isImportSpecifier,
  isNamespaceImport,
  isParameterDeclaration,
  isPropertyAccessExpression,
  isQualifiedName,
  isTypeReferenceNode,
  isVariableDeclaration,
} from "typescript/unstable/ast/is";
import type { Finding } from "#tools/tidy/finding.js";
import { type Source, visit } from "#tools/tidy/parse.js";
import { entryFiles, roomOf } from "#tools/tidy/room-table.js";

const clock = "time comes with the event, or from the Clock of src/ports/clock.ts";
const wake = "ask for a wake by the Clock of src/ports/clock.ts";

/** Names that reach the world without an import, and what to use instead. */
const banned: Readonly<Record<string, string>> = {
  Date: clock,
  performance: clock,
  setTimeout: wake,
  setInterval: wake,
  setImmediate: wake,
  process: "take the value as an argument; src/cli/main.ts reads the process",
  console: "announce a notice, or return the text: cli prints",
  fetch: "effects belong in edge, behind a port of src/ports",
  crypto: "effects belong in edge; src/base/prng.ts for repeatable numbers",
};

/** What the files of `cli` beside the entry may touch: printing and leaving is their trade. */
const cliAllowed = new Set(["stdin", "stdout", "stderr", "exit", "exitCode"]);

/** The core is deterministic: no clock, no randomness, no process outside edge/ and the entry files. */
export function checkAmbient(sources: readonly Source[]): Finding[] {
  const findings: Finding[] = [];
  for (const source of sources) {
    const room = roomOf(source.path);
    if (room === null || room === "edge" || entryFiles.includes(source.path)) continue;
    const own = declaredNames(source);
    visit(source.ast, (node, parent) => {
      const found = use(node, parent, room);
      if (found === null || own.has(found.name)) return;
      const message = `${found.name} is for edge and the entry file: ${found.instead}`;
      findings.push({ path: source.path, line: source.lineOf(node), rule: "ambient", message });
    });
  }
  return findings;
}

function use(
  node: Node,
  parent: Node | null,
  room: string,
): { name: string; instead: string } | null {
  if (!isIdentifier(node) || parent === null) return null;
  if (node.text === "Math" && isPropertyAccessExpression(parent) && parent.name.text === "random") {
    return { name: "Math.random", instead: "use src/base/prng.ts with a seed" };
  }
  const instead = Object.hasOwn(banned, node.text) ? banned[node.text] : undefined;
  if (instead === undefined) return null;
  if (isPropertyAccessExpression(parent) && parent.name === node) return null;
  if (isTypeReferenceNode(parent) || isQualifiedName(parent) || namesAMember(node, parent)) {
    return null;
  }
  if (room === "cli" && node.text === "process" && isPropertyAccessExpression(parent)) {
    if (cliAllowed.has(parent.name.text)) return null;
  }
  return { name: node.text, instead };
}

/** `{ process: 1 }`, `process(): void` and the like give a name, they use none. */
function namesAMember(node: Node, parent: Node): boolean {
  const kinds = [
    SyntaxKind.PropertyAssignment,
    SyntaxKind.PropertySignature,
    SyntaxKind.PropertyDeclaration,
    SyntaxKind.MethodSignature,
    SyntaxKind.MethodDeclaration,
    SyntaxKind.EnumMember,
  ];
  return kinds.includes(parent.kind) && "name" in parent && parent.name === node;
}

/** What the file itself calls by such a name is not the global. */
function declaredNames(source: Source): Set<string> {
  const names = new Set<string>();
  visit(source.ast, (node) => {
    if (
      isVariableDeclaration(node) ||
      isParameterDeclaration(node) ||
      isBindingElement(node) ||
      isImportSpecifier(node) ||
      isNamespaceImport(node) ||
      isImportClause(node)
    ) {
      if (node.name !== undefined && isIdentifier(node.name)) names.add(node.name.text);
    }
  });
  return names;
}
