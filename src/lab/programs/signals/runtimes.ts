import type { Need } from "#lab/need.js";
import type { LabBench } from "#ports/lab/lab-bench.js";
import { GO_RUNTIME } from "./go-runtime.js";
import { NODE_RUNTIME } from "./node-runtime.js";
import { PYTHON_RUNTIME } from "./python-runtime.js";

/** The same small web service for three run times, with handlers for signals if HANDLE is set. */
export type Runtime = "go" | "node" | "python";

export const RUNTIME_NAMES = { go: "Go", node: "Node", python: "Python" } as const;

export const RUNTIME_NEEDS: Readonly<Record<Runtime, readonly Need[]>> = {
  go: ["go"],
  node: [],
  python: ["python3"],
};

/** Puts the program into the arm's folder; how it is started. */
export async function runtimeCommand(
  bench: LabBench,
  runtime: Runtime,
): Promise<readonly string[]> {
  const { files, folder } = bench;
  switch (runtime) {
    case "go":
      return [await bench.goProgram("go-runtime", GO_RUNTIME)];
    case "node":
      files.write(`${folder}/app.mjs`, NODE_RUNTIME);
      // A debugger would be at 127.0.0.1:9229; it gets a port of the lab's own.
      return ["node", `--inspect-port=${bench.network.host}:0`, `${folder}/app.mjs`];
    case "python":
      files.write(`${folder}/app.py`, PYTHON_RUNTIME);
      return ["python3", `${folder}/app.py`];
  }
}
