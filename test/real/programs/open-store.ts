import { writeFileSync } from "node:fs";
import { openStore } from "#edge/store/open-store.js";

/** Opens a store and prints the failure; with `kill`: fills it, and is killed in the middle of an output. */
const [dir = ".", then] = process.argv.slice(2);
const store = openStore(dir, () => 3);
if (!store.ok) {
  console.log(JSON.stringify(store.error));
} else if (then === "kill") {
  for (const text of ["one", "two"]) {
    const output = store.value.newOutput();
    if (!output.ok) throw new Error(output.error.detail);
    writeFileSync(output.value, text);
    if (text === "two") process.kill(process.pid, "SIGKILL");
    const adopted = await store.value.adopt(output.value, null);
    if (!adopted.ok) throw new Error(adopted.error.detail);
    await store.value.markGood(adopted.value.artifact.id);
  }
}
