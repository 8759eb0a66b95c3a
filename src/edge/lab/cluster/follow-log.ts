import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { placeFlags } from "#edge/cluster/kube-calls.js";
import { createFeed } from "#edge/observe/feed.js";
import { monotonicMs } from "#edge/observe/time.js";
import type { FollowedLog, LogLine } from "#ports/lab/kube-access.js";

/** The lines of a pod's only container as they come. The feed ends with the container. */
export function followLog(context: string, pod: string, namespace: string): FollowedLog {
  const lines = createFeed<LogLine>();
  const argv = [...placeFlags({ context, namespace }), "logs", pod, "--follow"];
  const child = spawn("kubectl", argv, { stdio: ["ignore", "pipe", "pipe"] });
  let words = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    words += text;
  });
  createInterface({ input: child.stdout }).on("line", (text) =>
    lines.push({ text, atMs: monotonicMs() }),
  );
  child.on("error", (error) => lines.end(error.message));
  child.on("close", () => lines.end(words.trim() || `the log of ${pod} has ended`));
  return { lines, stop: () => child.kill("SIGKILL") };
}
