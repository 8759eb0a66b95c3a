import type { Node, Statement } from "typescript/unstable/ast";
import { NodeFlags, SyntaxKind } from "typescript/unstable/ast";
import {
  isAwaitExpression,
  isClassDeclaration,
  isExportAssignment,
  isExportDeclaration,
  isExpressionStatement,
  isImportDeclaration,
  isVariableStatement,
} from "typescript/unstable/ast/is";
import type { Finding } from "#tools/tidy/finding.js";
import { type Source, visit } from "#tools/tidy/parse.js";
import { entryFiles, roomOf } from "#tools/tidy/room-table.js";

/** What a module may be: named exports of its own, nothing done and nothing kept at import. */
export function checkShape(sources: readonly Source[]): Finding[] {
  return sources.flatMap((source) => [
    ...defaultExports(source),
    ...barrel(source),
    ...(roomOf(source.path) === null ? [] : atImport(source)),
    ...classes(source),
  ]);
}

function defaultExports(source: Source): Finding[] {
  return source.ast.statements
    .filter((node) => isExportAssignment(node) || hasModifier(node, SyntaxKind.DefaultKeyword))
    .map((node) => finding(source, node, "default-export", "export it by its name instead"));
}

function barrel(source: Source): Finding[] {
  const { statements } = source.ast;
  const exported = statements.filter(isExportDeclaration);
  if (exported.length === 0) return [];
  const only = statements.every((node) => isExportDeclaration(node) || isImportDeclaration(node));
  if (!only) return [];
  const message = "this file only re-exports: import from where the thing is";
  return [{ path: source.path, line: 0, rule: "barrel", message }];
}

function atImport(source: Source): Finding[] {
  // The shim and the relay's thread are programs of their own: started, never imported.
  const started = /\/(shim|worker)\.ts$/.test(source.path);
  const program = entryFiles.includes(source.path) || started;
  if (program) return [];
  return source.ast.statements.flatMap((node) => {
    if (isExpressionStatement(node) || awaits(node)) {
      const message = "no work at import: put it into a function that its user calls";
      return [finding(source, node, "import-work", message)];
    }
    if (isVariableStatement(node) && (node.declarationList.flags & NodeFlags.Const) === 0) {
      const message = "no state of a module: return an object that holds it";
      return [finding(source, node, "singleton", message)];
    }
    return [];
  });
}

function awaits(statement: Statement): boolean {
  let found = false;
  if (isVariableStatement(statement)) {
    for (const { initializer } of statement.declarationList.declarations) {
      found ||= initializer !== undefined && isAwaitExpression(initializer);
    }
  }
  return found;
}

/** Classes are for resources with a life, so for edge/; an Error's subclass is a value. */
function classes(source: Source): Finding[] {
  const room = roomOf(source.path);
  if (room === null || room === "edge") return [];
  const findings: Finding[] = [];
  visit(source.ast, (node) => {
    if (!isClassDeclaration(node)) return;
    const base = node.heritageClauses?.[0]?.types[0]?.expression.getText(source.ast);
    if (base?.endsWith("Error")) return;
    findings.push(finding(source, node, "class", "use functions and plain data outside edge/"));
  });
  return findings;
}

function hasModifier(node: Node, kind: SyntaxKind): boolean {
  const modifiers = "modifiers" in node ? (node.modifiers as readonly Node[] | undefined) : [];
  return modifiers?.some((modifier) => modifier.kind === kind) ?? false;
}

function finding(source: Source, node: Node, rule: string, message: string): Finding {
  return { path: source.path, line: source.lineOf(node), rule, message };
}
