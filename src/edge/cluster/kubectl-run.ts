import { spawn } from "node:child_process";
import type { DurationMs } from "#base/time.js";

/** How a kubectl ended. */
export type KubectlEnd =
  | { readonly kind: "ended"; readonly code: number; readonly out: string; readonly err: string }
  | { readonly kind: "no-kubectl" }
  | { readonly kind: "timeout" };

/** Runs kubectl beside others, with the rights of whoever runs this. It is ended when the time is over. */
export function runKubectl(
  argv: readonly string[],
  options: {
    readonly input?: string;
    readonly timeoutMs: DurationMs;
    /** A session of its own: Ctrl-C at the terminal does not reach it. */
    readonly detached?: true;
  },
): Promise<KubectlEnd> {
  return new Promise((resolve) => {
    const child = spawn("kubectl", argv, {
      stdio: ["pipe", "pipe", "pipe"],
      detached: options.detached === true,
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill("SIGKILL");
    }, options.timeoutMs);
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    // One that ends without reading is no failure of its own: its exit code tells.
    child.stdin.on("error", () => {});
    child.stdin.end(options.input ?? "");
    child.on("error", () => {
      clearTimeout(timer);
      resolve({ kind: "no-kubectl" });
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      if (late) return resolve({ kind: "timeout" });
      const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString("utf8");
      resolve({ kind: "ended", code: code ?? 1, out: text(out), err: kubectlWords(text(err)) });
    });
  });
}

/** What kubectl says to people, without its own log's lines, which repeat it, unless there is nothing else. */
export function kubectlWords(err: string): string {
  const said = err.split("\n").filter((line) => !/^[IWEF]\d{4} \d\d:\d\d:\d\d/.test(line));
  return said.join("\n").trim() || err.trim();
}
