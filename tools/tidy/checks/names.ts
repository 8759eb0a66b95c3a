import type { Finding } from "#tools/tidy/finding.js";
import { nameOf, type Tree } from "#tools/tidy/tree.js";

const VAGUE = new Set(["utils", "util", "helpers", "helper", "common", "types", "misc"]);
const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|d|fixture))?\.(ts|mts|mjs|cjs|js)$/;

/** A name says what is inside: no drawers for everything, and one spelling. */
export function checkNames(tree: Tree): Finding[] {
  const vague = new Set<string>();
  const findings: Finding[] = [];
  for (const path of tree.files.keys()) {
    const folders = path.split("/").slice(0, -1);
    folders.forEach((folder, depth) => {
      if (VAGUE.has(folder)) vague.add(folders.slice(0, depth + 1).join("/"));
    });
    const name = nameOf(path);
    if (!/\.(ts|mts|mjs|cjs|js)$/.test(name)) continue;
    if (VAGUE.has(name.slice(0, name.indexOf(".")))) vague.add(path);
    if (!KEBAB.test(name)) {
      const message = "write file names in kebab-case, after their main export";
      findings.push({ path, line: 0, rule: "file-name", message });
    }
  }
  for (const path of vague) {
    const message = "a drawer for everything: name it after what it holds";
    findings.push({ path, line: 0, rule: "vague-name", message });
  }
  return findings;
}
