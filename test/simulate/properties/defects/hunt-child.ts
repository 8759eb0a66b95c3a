// Looks for a violation in the sources beside it and prints the first one as JSON: node … hunt-child.ts CASES
import { examineCase } from "#simulate/properties/examine-case.js";

const cases = Number(process.argv[2]);
let found = null;
for (let seed = 1; found === null && seed <= cases; seed++) {
  const violations = examineCase(seed, { name: "hotpod", reload: "hotpod", defect: null });
  if (violations.length > 0) found = { seed, violations };
}
console.log(JSON.stringify(found));
