import type { Node, SourceFile } from "typescript/unstable/ast";
import { API } from "typescript/unstable/sync";
import type { Tree } from "./tree.js";

/** A parsed TypeScript file, with the line (from 1) of any node in it. */
export interface Source {
  readonly path: string;
  readonly ast: SourceFile;
  lineOf(node: Node): number;
  lastLineOf(node: Node): number;
}

const ROOT = "/tidy";
const CONFIG = `${ROOT}/tsconfig.json`;

/**
 * Parses every .ts file of the tree with the compiler itself, from memory: nothing is resolved or type-checked,
 * and fixtures in tests need no folder. A quarter of a second for the whole repository.
 */
export function parseSources(tree: Tree): Source[] {
  const paths = [...tree.files.keys()].filter((path) => path.endsWith(".ts")).sort();
  const config = JSON.stringify({
    compilerOptions: { noLib: true, noResolve: true, types: [], module: "NodeNext" },
    files: paths.map((path) => `./${path}`),
  });
  const read = (name: string): string | null =>
    name === CONFIG ? config : (tree.files.get(name.slice(ROOT.length + 1)) ?? null);
  const api = new API({
    cwd: ROOT,
    fs: {
      readFile: read,
      fileExists: (name) => read(name) !== null,
      directoryExists: (name) => name === ROOT || name.startsWith(`${ROOT}/`),
      getAccessibleEntries: () => ({ files: [], directories: [] }),
      realpath: (name) => name,
    },
  });
  try {
    const project = api.updateSnapshot({ openProject: CONFIG }).getProject(CONFIG);
    if (project === undefined) throw new Error("the compiler did not open the project");
    return paths.map((path) => {
      const ast = project.program.getSourceFile(`${ROOT}/${path}`);
      if (ast === undefined) throw new Error(`the compiler did not parse ${path}`);
      return source(path, ast);
    });
  } finally {
    api.close();
  }
}

function source(path: string, ast: SourceFile): Source {
  const starts = [0];
  for (let at = ast.text.indexOf("\n"); at >= 0; at = ast.text.indexOf("\n", at + 1)) {
    starts.push(at + 1);
  }
  const lineAt = (position: number): number => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= position) low = middle;
      else high = middle;
    }
    return low + 1;
  };
  return {
    path,
    ast,
    lineOf: (node) => lineAt(node.getStart(ast)),
    lastLineOf: (node) => lineAt(node.end),
  };
}

/** Visits a node and everything below it, parents first. */
export function visit(node: Node, look: (node: Node, parent: Node | null) => void): void {
  const below = (child: Node, parent: Node | null): void => {
    look(child, parent);
    child.forEachChild((grandchild) => {
      below(grandchild, child);
      return undefined;
    });
  };
  below(node, null);
}
