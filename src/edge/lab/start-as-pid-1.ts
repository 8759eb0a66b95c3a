import { type Child, type ChildOptions, startChild } from "#edge/observe/child.js";
import { monotonicMs } from "#edge/observe/time.js";
import { childrenOf, isAlive } from "./look-at-processes.js";
import { signalQuietly } from "./marked-processes.js";
import { inNamespace } from "./namespaces.js";

/**
 * A command as PID 1 of a PID namespace of its own, as in a container. Pid, signals and end are its own and not those of the helper
 * that made the namespace.
 */
export async function startAsPid1(argv: readonly string[], options: ChildOptions): Promise<Child> {
  const helper = await startChild(inNamespace("pid", argv), options);
  const pid = await firstChild(helper.pid);
  let killed = false;
  // unshare 2.38 ends with 1 where its child was killed.
  const told = (end: number | string): number | string => (killed && end === 1 ? "SIGKILL" : end);
  const exited = helper.exited.then(told);
  const signal = (name: NodeJS.Signals): void => {
    if (name === "SIGKILL") killed = true;
    signalQuietly(pid, name);
  };
  return {
    ...{ pid, exited, finished: helper.finished.then(told), signal },
    closeInput: helper.closeInput,
    async stop(patienceMs) {
      signal("SIGTERM");
      const timer = setTimeout(() => signal("SIGKILL"), patienceMs);
      const result = await exited;
      clearTimeout(timer);
      return result;
    },
  };
}

async function firstChild(pid: number): Promise<number> {
  const deadline = monotonicMs() + START_MS;
  for (;;) {
    const [first] = childrenOf(pid);
    if (first !== undefined) return first;
    if (monotonicMs() > deadline || !isAlive(pid)) throw new Error("no PID namespace came about");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

const START_MS = 20_000;
