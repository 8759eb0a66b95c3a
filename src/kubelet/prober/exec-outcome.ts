import type { Runtime } from "#kubelet/node-version.js";
import type { ExecSeen } from "#model/kube/probe-seen.js";
import { goDuration } from "./go-duration.js";
import type { Outcome } from "./outcome.js";

const OUTPUT_BYTES = 10 * 1024;

const EXECVE_WORDS = {
  ETXTBSY: "text file busy",
  ENOEXEC: "exec format error",
  ENOENT: "no such file or directory",
  EACCES: "permission denied",
} as const;

/**
 * A command that cannot be found is an error and counts for nothing; one that cannot be executed is a failure and counts.
 * Under dockershim both count. Source: containerd and CRI-O ExecSync, runc's init.
 */
export function execOutcome(command: readonly string[], seen: ExecSeen, runtime: Runtime): Outcome {
  const [program = ""] = command;
  switch (seen.kind) {
    case "exited": {
      const output = cut(seen.stdout + seen.stderr);
      return { kind: seen.code === 0 ? "success" : "failure", output };
    }
    case "timed-out": {
      const { timeoutSeconds } = seen;
      const text = `command timed out: "${command.join(" ")}" timed out after ${goDuration(timeoutSeconds)}`;
      return { kind: "failure", output: runtime === "crio" ? "command timed out" : text };
    }
    case "execve-failed":
      return { kind: "failure", output: `exec ${program}: ${EXECVE_WORDS[seen.why]}` };
    case "no-container": {
      const error = `${RPC} failed to exec in container: container is in ${seen.state} state`;
      return { kind: "error", state: "unknown", error };
    }
    case "not-found": {
      const inner = lookUpWords(program, seen.why);
      if (runtime === "dockershim") {
        return { kind: "failure", output: `OCI runtime exec failed: ${FAILED} ${inner}: unknown` };
      }
      return { kind: "error", state: "unknown", error: wrapped(inner, runtime) };
    }
  }
}

const RPC = "rpc error: code = Unknown desc =";
const FAILED = "exec failed: unable to start container process:";
/** The runtime makes up an id for every attempt; nothing depends on which. */
const EXEC_ID = "0".repeat(64);

function wrapped(inner: string, runtime: "containerd" | "crio"): string {
  if (runtime === "containerd") {
    const head = `${RPC} failed to exec in container: failed to start exec "${EXEC_ID}":`;
    // containerd 2; 1.x ended it with ": unknown".
    return `${head} OCI runtime exec failed: ${FAILED} ${inner}`;
  }
  return `${RPC} command error: ${FAILED} ${inner}, stdout: , stderr: , exit code -1`;
}

function lookUpWords(program: string, why: "absent" | "not-executable" | "directory"): string {
  const named = `exec: "${program}":`;
  if (why === "not-executable") return `${named} permission denied`;
  if (why === "directory") return `${named} is a directory`;
  if (program.includes("/")) return `${named} stat ${program}: no such file or directory`;
  return `${named} executable file not found in $PATH`;
}

/** The kubelet keeps 10 KiB of what a probe prints. */
export function cut(output: string): string {
  return output.length <= OUTPUT_BYTES ? output : output.slice(0, OUTPUT_BYTES);
}

/** `$(NAME)` in a command, from literal variables only; what is not known stays as text, and `$$` is a `$`. */
export function expandCommand(
  command: readonly string[],
  literals: ReadonlyMap<string, string>,
): string[] {
  return command.map((word) =>
    word.replace(/\$\$|\$\(([^)]*)\)/g, (whole, name?: string) =>
      name === undefined ? "$" : (literals.get(name) ?? whole),
    ),
  );
}
