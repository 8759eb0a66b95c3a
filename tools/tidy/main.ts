// npm run tidy [-- ROOT]: prints what breaks the rules of the house, one line each; exit 1 if anything does.

import { formatFinding } from "./finding.js";
import { readTree } from "./read-tree.js";
import { tidy } from "./tidy.js";

const findings = tidy(readTree(process.argv[2] ?? "."));
for (const finding of findings) console.log(formatFinding(finding));
const wrong = findings.filter((finding) => finding.warning === undefined).length;
if (wrong > 0) {
  console.log(`tidy: ${wrong} to mend`);
  process.exitCode = 1;
}
