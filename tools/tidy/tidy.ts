import { checkAmbient } from "./checks/ambient.js";
import { checkDocPaths } from "./checks/doc-paths.js";
import { checkErrorDocs } from "./checks/error-docs.js";
import { checkImports } from "./checks/imports.js";
import { checkNames } from "./checks/names.js";
import { checkShape } from "./checks/shape.js";
import { checkSize } from "./checks/size.js";
import { checkWording } from "./checks/wording.js";
import type { Finding } from "./finding.js";
import { parseSources } from "./parse.js";
import type { Tree } from "./tree.js";

/** The architecture as a test: every check over the whole tree, in the order of the files. */
export function tidy(tree: Tree): Finding[] {
  const sources = parseSources(tree);
  return [
    ...checkImports(tree, sources),
    ...checkAmbient(sources),
    ...checkShape(sources),
    ...checkSize(tree, sources),
    ...checkNames(tree),
    ...checkDocPaths(tree),
    ...checkErrorDocs(tree, sources),
    ...checkWording(tree),
  ].sort((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1));
}
