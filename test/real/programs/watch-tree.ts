import { appendFileSync } from "node:fs";
import { startWatching } from "#edge/watch/start-watching.js";
import { measureIdle } from "./measure-idle.js";

/** Watches a tree and prints what that costs. */
const [folder = "."] = process.argv.slice(2);
const rssMb = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().rss / 1e6;
};
const before = rssMb();
let longestPauseMs = 0;
let last = performance.now();
const pulse = setInterval(() => {
  longestPauseMs = Math.max(longestPauseMs, performance.now() - last);
  last = performance.now();
}, 1);

const began = performance.now();
let noticed: () => void = () => {};
const watching = startWatching(
  {
    cwd: folder,
    recipe: "go",
    artifact: null,
    watch: [folder],
    ignore: [],
    poll: "auto",
    store: { dir: `${folder}/.hotpod/store`, keep: 3 },
  },
  () => noticed(),
  (warning) => console.error(warning),
);
await watching.read();
const startMs = Math.round(performance.now() - began);
clearInterval(pulse);
const rssGrowthMb = Math.round(rssMb() - before);

const heard = new Promise<void>((resolve) => {
  noticed = resolve;
});
const changed = performance.now();
appendFileSync(`${folder}/a1/b1/f1.go`, "more");
await heard;
await watching.read();
const changeMs = performance.now() - changed;

globalThis.gc?.();
const idle = await measureIdle();
const { files } = watching.size();
watching.close();
const figures = { files, startMs, longestPauseMs, rssGrowthMb, changeMs, ...idle };
console.log(JSON.stringify(figures));
