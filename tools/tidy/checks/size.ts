import type { Node } from "typescript/unstable/ast";
import {
  isArrowFunction,
  isCallExpression,
  isFunctionDeclaration,
  isFunctionExpression,
  isGetAccessorDeclaration,
  isIdentifier,
  isMethodDeclaration,
  isSetAccessorDeclaration,
} from "typescript/unstable/ast/is";
import type { Finding } from "#tools/tidy/finding.js";
import { type Source, visit } from "#tools/tidy/parse.js";
import { folderOf, type Tree } from "#tools/tidy/tree.js";

const FILE_LINES_MAX = 300;
const FILE_LINES_WARN = 200;
const FUNCTION_LINES_MAX = 70;
const FOLDER_FILES_MAX = 15;
const CODE = /\.(ts|mts|mjs|cjs|js|go|sh)$/;

/** Small enough to read at once: files, functions, folders. */
export function checkSize(tree: Tree, sources: readonly Source[]): Finding[] {
  return [...fileLines(tree), ...folders(tree), ...sources.flatMap(functionLines)];
}

function fileLines(tree: Tree): Finding[] {
  return [...tree.files].flatMap(([path, text]): Finding[] => {
    if (!CODE.test(path)) return [];
    const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
    if (lines <= FILE_LINES_WARN) return [];
    const rule = "file-lines";
    if (lines > FILE_LINES_MAX) {
      const message = `${lines} lines, at most ${FILE_LINES_MAX}: it holds more than one thing`;
      return [{ path, line: 0, rule, message }];
    }
    const message = `${lines} lines, better below ${FILE_LINES_WARN}`;
    return [{ path, line: 0, rule, message, warning: true }];
  });
}

function folders(tree: Tree): Finding[] {
  const counts = new Map<string, number>();
  for (const path of tree.files.keys()) {
    const folder = folderOf(path);
    // Go wants a package and its tests in one folder.
    if (!CODE.test(path) || path.endsWith("_test.go")) continue;
    if (/(^|\/)(rules|fixtures)(\/|$)/.test(folder)) continue;
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count > FOLDER_FILES_MAX)
    .map(([path, count]) => {
      const message = `${count} files, at most ${FOLDER_FILES_MAX}: group them in folders`;
      return { path, line: 0, rule: "folder-files", message };
    });
}

function functionLines(source: Source): Finding[] {
  const findings: Finding[] = [];
  visit(source.ast, (node, parent) => {
    if (!isFunction(node) || isGroup(parent)) return;
    const line = source.lineOf(node);
    const lines = source.lastLineOf(node) - line + 1;
    if (lines <= FUNCTION_LINES_MAX) return;
    const message = `${lines} lines, at most ${FUNCTION_LINES_MAX}: give its parts names`;
    findings.push({ path: source.path, line, rule: "function-lines", message });
  });
  return findings;
}

function isFunction(node: Node): boolean {
  return (
    isFunctionDeclaration(node) ||
    isFunctionExpression(node) ||
    isArrowFunction(node) ||
    isMethodDeclaration(node) ||
    isGetAccessorDeclaration(node) ||
    isSetAccessorDeclaration(node)
  );
}

/** `describe(…, () => { … })` is a heading, not a function. */
function isGroup(parent: Node | null): boolean {
  if (parent === null || !isCallExpression(parent)) return false;
  const { expression } = parent;
  return isIdentifier(expression) && ["describe", "suite"].includes(expression.text);
}
