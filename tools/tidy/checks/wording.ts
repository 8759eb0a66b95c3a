import type { Finding } from "#tools/tidy/finding.js";
import type { Tree } from "#tools/tidy/tree.js";

/** The text stands alone: it names nothing that its reader has not got. */
const banned: readonly { readonly pattern: RegExp; readonly message: string }[] = [
  {
    pattern: /\b(issue|ticket|session)s? #?\d+\b/i,
    message: "numbers of a tracker mean nothing in the source: say the reason itself",
  },
  {
    pattern: /(^|[^\w./@-])shared\/\w/,
    message: "names a folder outside the repository: say what it says",
  },
  {
    pattern: /\/work\/(main|shared)\/|\/home\/\w+\/|\/Users\/\w+\//,
    message: "a path of one machine: make it relative, or a variable",
  },
  {
    pattern: /\b(registry|mirror|goproxy|artifactory)\.[\w-]+\.\w+|\bproxy\.golang\./i,
    message: "the host of a registry is the machine's own setting: leave it out",
  },
];

/** Where the words stand as data: the check itself and its tests, and a licence written by others. */
const EXEMPT = /^(tools\/tidy\/|test\/tools\/tidy\/|LICENSE$)/;

export function checkWording(tree: Tree): Finding[] {
  const findings: Finding[] = [];
  for (const [path, text] of tree.files) {
    if (EXEMPT.test(path)) continue;
    for (const { pattern, message } of banned) {
      if (!pattern.test(text)) continue;
      text.split("\n").forEach((line, index) => {
        const word = pattern.exec(line)?.[0].trim();
        if (word === undefined) return;
        const what = `"${word}": ${message}`;
        findings.push({ path, line: index + 1, rule: "wording", message: what });
      });
    }
  }
  return findings;
}
