// node tools/record-lab.mjs [--cluster] FOLDER/lab.json…: keeps a run of `hotpod lab` as docs/lab/recorded.json, one in a cluster as
// docs/lab/recorded-cluster.json, for the pages that are generated from them. Of several runs on one machine the later ones replace single scenarios of the first. What belongs to one machine only (paths, process ids, pictures) is left out.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

const inCluster = process.argv[2] === "--cluster";
const sources = process.argv.slice(inCluster ? 3 : 2);
if (sources.length === 0) {
  console.error("node tools/record-lab.mjs [--cluster] FOLDER/lab.json…");
  process.exit(2);
}
const reports = sources.map((source) => JSON.parse(readFileSync(source, "utf8")));
const [report] = reports;
const scenarios = new Map(reports.flatMap((one) => one.scenarios).map((one) => [one.id, one]));
report.scenarios = [...scenarios.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
report.run.id = "recorded";
// What was found of each, without the place where it lies; how to get what is missing is the same everywhere.
report.run.needs = report.run.needs.map(({ need, found, detail }) => ({
  ...{ need, found },
  detail: found ? detail.replace(/^\/.*?(?:: |$)/, "") : "",
}));
if (inCluster) report.run.cluster.namespace = "hotpod-lab-00000000";
for (const { arms } of report.scenarios) {
  for (const arm of arms) {
    arm.timeline = { tookMs: arm.timeline.tookMs, marks: [], lanes: [], traffic: null };
  }
}
const text = JSON.stringify(report, null, 1)
  // Below the lab's own folder nothing says where that folder was.
  .replace(/\/[\w./-]*hotpod-lab-\w+\/L\d+\/[\w-]+/g, "…")
  // An exec has a number that is drawn by chance; it stands in quotes, the checksum of a program does not.
  .replace(/(?<=\\")[0-9a-f]{64}(?=\\")/g, "…")
  // A kernel's own name for its build says nothing to others.
  .replace(/(Linux \d+\.\d+)[\w.-]+/g, "$1")
  .replace(/127\.77\.\d+\.\d+:\d+/g, "127.77.0.1:8080");
mkdirSync("docs/lab", { recursive: true });
writeFileSync(`docs/lab/${inCluster ? "recorded-cluster" : "recorded"}.json`, `${text}\n`);
