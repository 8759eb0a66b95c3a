import { writeFileSync } from "node:fs";
import { startWatching } from "#edge/watch/start-watching.js";
import { describeWatchWarning } from "#edge/watch/watch-warning.js";

/** Watches a tree under a limit, changes a file in it and prints what was told. */
const [folder = "."] = process.argv.slice(2);
const warnings: string[] = [];
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
  (warning) => warnings.push(describeWatchWarning(warning)),
);
const first = await watching.read();
for (let at = 0; at < 30; at += 1) {
  const heard = new Promise<void>((resolve) => {
    noticed = resolve;
  });
  if (at === 0) writeFileSync(`${folder}/d29/a.go`, "two");
  await heard;
  const { content } = await watching.read();
  if (content !== first.content) break;
}
const { content } = await watching.read();
const { polling } = watching.size();
watching.close();
console.log(JSON.stringify({ warnings, polling, noticed: content !== first.content }));
