import { isWithin, joinPath } from "#base/join-path.js";
import {
  betterHandler,
  type OwnProbe,
  probesOf,
  replaceHandler,
} from "#rules/probe/probe-target.js";
import type { Fix } from "#rules/rule/fix.js";
import {
  type Fault,
  fails,
  NOT_APPLICABLE,
  type Outcome,
  open,
  PASS,
  together,
} from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { commandsOfArgv, isShell } from "#rules/shell/shell-text.js";
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
  why: "A compiler or `cp` opens the file for writing, and running it then fails as busy, which counts as a failed probe. A shell that cannot run it answers 126 or 127, which counts as well. Where the tool renames, the probe tries the new file while the old process serves.",
  when: "The program of an exec probe, or a command of its `sh -c` script, is a file that a reload replaces. A warning where it is replaced by rename, as the go command does on one mount point, or nobody knows how.",
  remedy: "Ask the running process: httpGet or grpc instead of exec.",
  fires: 'air builds /app/main, and liveness runs ["/app/main", "-health"].',
  quiet:
    "/usr/local/bin/healthcheck beside /app/main; /app/main.conf, which only begins like the file.",
  judge: { of: "container", judge: judgeProbes },
};

function judgeProbes(subject: ContainerSubject): Outcome {
  if (!subject.isHot) return NOT_APPLICABLE;
  const probes = probesOf(subject).filter(({ probe }) => probe.handler.kind === "exec");
  return together(probes.map((one) => judgeProbe(subject, one)));
}

function judgeProbe(subject: ContainerSubject, own: OwnProbe): Outcome {
  const { files, unknown } = subject.hotPaths;
  if (files.length === 0) {
    const [say = "the reload tool's configuration"] = unknown;
    return open(subject.isManaged ? "H" : "R", say);
  }
  const { handler } = own.probe;
  if (handler.kind !== "exec") return NOT_APPLICABLE;
  const programs = commandsOfArgv(handler.command).flatMap(({ words }) => words.slice(0, 1));
  const paths = programs.filter((word) => word.includes("/") && !word.includes("$"));
  const folder = workFolder(subject);
  if (folder === null && paths.some((path) => !path.startsWith("/"))) {
    return open("D", "`workingDir` in the manifest, or the container's Dockerfile");
  }
  const hot = new Set(files.map(({ path }) => joinPath("/", path)));
  // hotpod's store is a folder of artifacts.
  const isStore = subject.isManaged && !subject.hotPaths.annotated;
  const hit = paths
    .map((path) => joinPath(folder ?? "/", path))
    .find((path) => hot.has(path) || (isStore && isWithin(path, files[0]?.path ?? path)));
  return hit === undefined ? PASS : fails(faultOf(subject, own, hit));
}

function faultOf(subject: ContainerSubject, own: OwnProbe, path: string): Fault {
  const { kind, probe } = own;
  const inShell = probe.handler.kind === "exec" && isShell(probe.handler.command[0] ?? "");
  const { replacedBy } = subject.hotPaths;
  const counts = inShell || replacedBy === "in-place";
  const source = subject.hotPaths.files[0]?.source;
  const fix = fixOf(subject, own);
  return {
    severity: counts ? "error" : "warning",
    at: subject.atProbe(kind, "exec"),
    message: messageOf(kind, path, inShell, replacedBy),
    evidence: `${kind} ${path}`,
    ...(source === undefined ? {} : { related: [{ source, message: "This replaces the file." }] }),
    ...(fix === null ? {} : { fix }),
  };
}

function messageOf(kind: string, path: string, inShell: boolean, replacedBy: string): string {
  const runs = `The ${kind} probe runs ${path}, which a reload replaces`;
  if (inShell)
    return `${runs}: while it cannot be run, the shell answers 126 or 127, and that counts.`;
  if (replacedBy === "rename")
    return `${runs} by rename: it tests the new file, not the process that serves.`;
  if (replacedBy === "in-place") return `${runs} in place: while it is busy, the probe fails.`;
  return `${runs}: it tests the file, not the process that serves.`;
}

function fixOf(subject: ContainerSubject, own: OwnProbe): Fix | null {
  const better = betterHandler(subject, own.kind);
  if (better === null) return null;
  const title = `${own.kind} asks ${better.title}`;
  return { kind: "suggested", title, changes: replaceHandler(subject, own, better) };
}
