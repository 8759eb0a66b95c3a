/**
 * A program that watches the folder of a file and prints each event: `event KIND NAME`. With READ=once it first reads the file, says so
 * (`read CONTENT`), waits until a line comes on its standard input, and only then begins to watch, as careless tools do. It says `watching`.
 */
export const WATCHER = `import { readFileSync, watch } from "node:fs";
import { dirname } from "node:path";
const file = process.argv[2];
const begin = () => {
  watch(dirname(file), (kind, name) => console.log("event " + kind + " " + name));
  console.log("watching");
};
if (process.env.READ === "once") {
  console.log("read " + readFileSync(file, "utf8").trim());
  process.once("SIGUSR2", begin);
  console.log("waiting");
} else begin();
setInterval(() => {}, 1000);
`;
