import { joinPath } from "#base/join-path.js";
import { splitWords } from "#base/split-words.js";
import type { ProbeKind } from "#model/kube/pod.js";
import { setInContainer, suggestedFix } from "#rules/fix/set-field.js";
import type { Fix } from "#rules/rule/fix.js";
import { fails, NOT_APPLICABLE, type Outcome, open, PASS, together } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { commandsOf, scriptOf } from "#rules/shell/shell-text.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { workFolder } from "#rules/subject/hot-paths.js";

export const execProbeOnSwappedFile: Rule = {
  id: "HP101",
  name: "exec-probe-on-swapped-file",
  severity: "error",
  reason: "A",
  inputs: "W,(R|H)",
  exports: "KVR@",
  fix: "suggest",
  title: "A probe runs the very file the reloader replaces.",
  why: "While the file is being written the kernel refuses to run it (text file busy), and a shell answers 126 or 127: both are failed attempts, which count. A rename never leaves a hole, but then the probe tests the new file while the old process serves.",
  when: "The probe's program, or the first program of its script, is a file that a reload replaces: an error for copies and compilers and behind a shell, a warning where it is renamed into place or the way is not known.",
  remedy: "Ask the process instead of a file: httpGet or grpc.",
  fires: 'air builds /app/main, and liveness runs ["/app/main", "-health"].',
  quiet: "/usr/local/bin/healthcheck beside a hot /app/main; /app/main.conf.",
  judge: { of: "container", judge: judgeProbes },
};

const KINDS: readonly ProbeKind[] = ["startup", "liveness", "readiness"];

function judgeProbes(subject: ContainerSubject): Outcome {
  const { hotPaths } = subject;
  if (!subject.isHot) return NOT_APPLICABLE;
  const asked = KINDS.filter((kind) => subject.probe(kind)?.handler.kind === "exec");
  if (asked.length === 0) return NOT_APPLICABLE;
  const [unknown] = hotPaths.unknown;
  if (unknown !== undefined && hotPaths.files.length === 0) return open("R", unknown);
  return together(asked.map((kind) => judgeProbe(subject, kind)));
}

function judgeProbe(subject: ContainerSubject, kind: ProbeKind): Outcome {
  const handler = subject.probe(kind)?.handler;
  if (handler?.kind !== "exec") return NOT_APPLICABLE;
  const script = scriptOf(handler.command);
  const program = script === null ? handler.command[0] : firstProgram(script);
  if (program === undefined || !program.includes("/")) return PASS;
  const path = joinPath(workFolder(subject) ?? "/", program);
  const hot = subject.hotPaths.files.find((file) => file.path === path);
  if (hot === undefined) return PASS;
  const { replacedBy } = subject.hotPaths;
  const counts = script !== null || replacedBy === "in-place";
  const fix = handlerFix(subject, kind);
  return fails({
    severity: counts ? "error" : "warning",
    at: subject.atProbe(kind, "exec", "command"),
    message: counts
      ? `The ${kind} probe runs ${path}, which every reload writes anew: attempts fail while it is written.`
      : `The ${kind} probe runs ${path}, so it tests the file, not the process that serves.`,
    related: [{ source: hot.source, message: "A reload replaces it." }],
    evidence: kind,
    ...(fix === null ? {} : { fix }),
  });
}

function firstProgram(script: string): string | undefined {
  const [first] = commandsOf(script);
  return first?.words.find((word) => word !== "exec") ?? splitWords(script)?.[0];
}

/** Only a handler that is in use already, or hotpod's own; none is invented. */
function handlerFix(subject: ContainerSubject, kind: ProbeKind): Fix | null {
  const port = subject.settings?.probesListen?.port ?? null;
  if (port === null) return null;
  const path = kind === "liveness" ? "/livez" : kind === "readiness" ? "/readyz" : "/startupz";
  const { document } = subject.workload.object;
  return suggestedFix(
    `${kind}Probe: httpGet ${path} on port ${port}, which hotpod answers`,
    { kind: "remove", document, path: [...subject.path, `${kind}Probe`, "exec"] },
    setInContainer(subject, [`${kind}Probe`, "httpGet"], { path, port }),
  );
}
