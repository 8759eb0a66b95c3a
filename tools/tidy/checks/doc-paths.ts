import type { Finding } from "#tools/tidy/finding.js";
import { existsIn, folderOf, type Tree } from "#tools/tidy/tree.js";

const INLINE_CODE = /`([^`\n]+)`/g;
const LINK = /\]\(([^)\s]+)\)/g;

/** Every path written in the documentation leads somewhere. Documentation that names what is gone misleads. */
export function checkDocPaths(tree: Tree): Finding[] {
  const top = topFolders(tree);
  const findings: Finding[] = [];
  for (const [path, text] of tree.files) {
    if (!path.endsWith(".md")) continue;
    let fence: string | null = null;
    text.split("\n").forEach((line, index) => {
      const mark = /^\s*```(\w*)/.exec(line);
      if (mark !== null) fence = fence === null ? (mark[1] ?? "") : null;
      for (const missing of missingPaths(tree, top, path, line, fence)) {
        const message = `${missing} does not exist`;
        findings.push({ path, line: index + 1, rule: "doc-path", message });
      }
    });
  }
  return findings;
}

function missingPaths(
  tree: Tree,
  top: ReadonlySet<string>,
  document: string,
  line: string,
  fence: string | null,
): string[] {
  if (fence !== null) {
    // Commands are checked; a manifest or a transcript speaks of the user's files.
    return fence === "sh" ? line.split(/\s+/).filter((word) => leadsNowhere(tree, top, word)) : [];
  }
  const words = [...line.matchAll(INLINE_CODE)].flatMap((match) => (match[1] ?? "").split(/\s+/));
  const links = [...line.matchAll(LINK)].map((match) => match[1] ?? "");
  return [
    ...words.filter((word) => leadsNowhere(tree, top, word)),
    ...links.filter((link) => deadLink(tree, document, link)),
  ];
}

/** A word is a path of this repository when it starts with one of its folders. */
function leadsNowhere(tree: Tree, top: ReadonlySet<string>, word: string): boolean {
  const path = word.replace(/^\.\//, "").replace(/[.,;:]$|:\d+(:\d+)?$/g, "");
  const first = path.split("/")[0] ?? "";
  const named = /^[A-Z][A-Z.a-z-]+\.md$/.test(path);
  if (!named && (!path.includes("/") || !top.has(first))) return false;
  return !existsIn(tree, concretePart(path));
}

/** `test/rules/<name>/x.yaml` and `docs/decisions/NNNN-*.md` are checked as far as they are concrete. */
function concretePart(path: string): string {
  const parts = path.split("/");
  const vague = parts.findIndex((part) => /[*<>{}…$]|NNNN|^[A-Z_]{3,}(\.|$)/.test(part));
  const concrete = vague <= 0 ? parts : parts.slice(0, vague);
  return concrete.filter((part) => part !== "").join("/");
}

function deadLink(tree: Tree, document: string, link: string): boolean {
  if (/^([a-z]+:|#|<)/.test(link)) return false;
  const parts = folderOf(document).split("/");
  for (const part of (link.split("#")[0] ?? "").split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  const path = parts.filter((part) => part !== "").join("/");
  return path !== "" && !existsIn(tree, path);
}

function topFolders(tree: Tree): Set<string> {
  const names = [...tree.files.keys()].filter((path) => path.includes("/"));
  return new Set(names.map((path) => path.split("/")[0] ?? ""));
}
