import type { Node } from "typescript/unstable/ast";
import { SyntaxKind } from "typescript/unstable/ast";
import {
  isCallExpression,
  isExportDeclaration,
  isImportDeclaration,
  isImportTypeNode,
  isLiteralTypeNode,
  isStringLiteral,
} from "typescript/unstable/ast/is";
import type { Finding } from "#tools/tidy/finding.js";
import { type Source, visit } from "#tools/tidy/parse.js";
import {
  allowedRooms,
  entryFiles,
  packageTable,
  roomOf,
  roomTable,
} from "#tools/tidy/room-table.js";
import { folderOf, type Tree } from "#tools/tidy/tree.js";

/** Every import of the program goes where the room table lets it, and says so the same way everywhere. */
export function checkImports(tree: Tree, sources: readonly Source[]): Finding[] {
  const findings: Finding[] = [];
  for (const source of sources) {
    visit(source.ast, (node) => {
      const target = importTarget(node);
      if (target === null) return;
      const message = wrong(tree, source.path, target);
      if (message !== null) {
        findings.push({ path: source.path, line: source.lineOf(node), rule: "imports", message });
      }
    });
  }
  return findings;
}

/** The text between the quotes of `import … from`, `export … from`, `import()` and `import("…").Type`. */
function importTarget(node: Node): string | null {
  let target: Node | undefined;
  if (isImportDeclaration(node) || isExportDeclaration(node)) {
    target = node.moduleSpecifier;
  } else if (isCallExpression(node) && node.expression.kind === SyntaxKind.ImportKeyword) {
    target = node.arguments[0];
  } else if (isImportTypeNode(node) && isLiteralTypeNode(node.argument)) {
    target = node.argument.literal;
  }
  return target !== undefined && isStringLiteral(target) ? target.text : null;
}

function wrong(tree: Tree, path: string, target: string): string | null {
  const room = roomOf(path);
  if (room !== null && roomTable[room] === undefined) {
    return `src/${room} is no room: give it its line in tools/tidy/room-table.ts first`;
  }
  if (target.startsWith("../")) {
    return `"${target}" climbs: write "#room/file.js" (in src/), "#tools/…" or "#test/…"`;
  }
  if (target.startsWith("./")) {
    return unresolved(tree, join(folderOf(path), target.slice(2)), target);
  }
  if (target.startsWith("#")) return wrongRoom(tree, path, room, target);
  return room === null ? null : wrongPackage(path, room, target);
}

function wrongRoom(tree: Tree, path: string, room: string | null, target: string): string | null {
  const outside = /^#(tools|test|bench)\//.exec(target);
  if (outside !== null) {
    if (room !== null) return `src/ may not import ${outside[1]}/: move what is shared into a room`;
    return unresolved(tree, target.slice(1), target);
  }
  const other = target.slice(1).split("/")[0] ?? "";
  const folder = folderOf(`src/${target.slice(1)}`);
  if (folder === folderOf(path)) return `"${target}" is in the same folder: write it with "./"`;
  if (room !== null && room !== other) {
    const allowed = allowedRooms(room, path);
    if (!allowed.includes(other)) {
      const only = roomTable[room]?.onlyIn?.[other];
      const hint = only === undefined ? `allowed are ${list(allowed)}` : `only ${list(only)} may`;
      return `${room} may not import ${other}: ${hint}`;
    }
  }
  return unresolved(tree, `src/${target.slice(1)}`, target);
}

function wrongPackage(path: string, room: string, target: string): string | null {
  if (target.startsWith("node:")) {
    const pure = packageTable[target]?.includes(room) ?? false;
    if (pure || room === "edge" || entryFiles.includes(path)) return null;
    return `${room} may not import ${target}: effects belong in edge, behind a port of src/ports`;
  }
  const name = target
    .split("/")
    .slice(0, target.startsWith("@") ? 2 : 1)
    .join("/");
  const allowed = packageTable[name];
  if (allowed === undefined) {
    return `${name} is not in the package table of tools/tidy/room-table.ts`;
  }
  if (allowed.includes(room)) return null;
  return `${room} may not import ${name}: allowed in ${list(allowed)}`;
}

function unresolved(tree: Tree, path: string, target: string): string | null {
  if (/\.[cm]?js$/.test(path) && tree.files.has(path.replace(/js$/, "ts"))) return null;
  return tree.files.has(path) ? null : `"${target}" does not exist`;
}

function join(folder: string, rest: string): string {
  return folder === "" ? rest : `${folder}/${rest}`;
}

const list = (names: readonly string[]): string => names.join(", ");
