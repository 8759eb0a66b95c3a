import { isWithin, joinPath } from "#base/join-path.js";
import type { Source } from "#manifest/text/source.js";
import { mountOf, sharersOf } from "#rules/pod/mounts.js";
import type { Fix } from "#rules/rule/fix.js";
import {
  type Fault,
  fails,
  NOT_APPLICABLE,
  type Outcome,
  open,
  PASS,
} from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { fieldsOf } from "#rules/subject/fields.js";

export const serverCanRewriteItself: Rule = {
  id: "HP1102",
  name: "server-can-rewrite-itself",
  severity: "warning",
  reason: "X",
  inputs: "W,(R|H)",
  exports: "KVR@",
  fix: "suggest",
  title: "The network-facing process can replace its own binary.",
  why: "A bug that writes a file becomes lasting code execution. On a volume it also outlives the container.",
  when: "The container that serves mounts the folder of its hot binary writable, and another container builds it or it is delivered from outside. Where the container builds by itself, on a volume or on a root file system that is not read-only, it is worth knowing only (info).",
  remedy: "Mount the folder with readOnly: true in the container that serves.",
  fires: "A builder sidecar and the server, both with a writable mount.",
  quiet: "The server's mount is readOnly.",
  judge: { of: "container", judge: judgeMount },
};

type Found = NonNullable<ReturnType<typeof mountOf>>;

function judgeMount(subject: ContainerSubject): Outcome {
  if (!subject.isHot || !isServing(subject)) return NOT_APPLICABLE;
  const paths = replacedPaths(subject);
  const writable = subject.container.volumeMounts.some(({ readOnly }) => !readOnly);
  if (paths.length === 0) {
    const [unknown] = subject.hotPaths.unknown;
    return unknown === undefined || !writable ? NOT_APPLICABLE : open("R", unknown);
  }
  for (const path of paths) {
    const found = mountOf(subject, path);
    if (found !== null && !found.mount.readOnly) return fails(faultAt(subject, path, found));
    if (found === null && buildsHere(subject) && rootIsWritable(subject)) {
      return fails(ownFault(subject, path, subject.at("name")));
    }
  }
  return PASS;
}

/** It declares ports; or none of several does, and it is the only one a Service can mean. */
function isServing({ container, workload }: ContainerSubject): boolean {
  if (container.ports.length > 0) return true;
  return workload.running.length === 1 && workload.services.length > 0;
}

/** Of a managed container, what is delivered to it: its store is hotpod's own. */
function replacedPaths(subject: ContainerSubject): readonly string[] {
  const artifact = subject.settings?.recipe === "artifact" ? subject.settings.artifact : null;
  return artifact !== null ? [artifact] : subject.hotPaths.files.map(({ path }) => path);
}

function faultAt(subject: ContainerSubject, path: string, found: Found): Fault {
  const { mount, index } = found;
  const at = subject.at("volumeMounts", index);
  const writers = sharersOf(subject, mount.name).filter(({ container }) =>
    container.volumeMounts.some(({ name, readOnly }) => name === mount.name && !readOnly),
  );
  const source = subject.workload.workload.template.spec.volumes.find(
    ({ name }) => name === mount.name,
  )?.source.kind;
  if (buildsHere(subject) || (writers.length === 0 && source === "emptyDir")) {
    return { ...ownFault(subject, path, at), evidence: mount.name };
  }
  const [writer] = writers;
  const by = writer === undefined ? "it is delivered from outside" : `${writer.title} writes it`;
  return {
    severity: "warning",
    at,
    message: `The ${subject.title} serves and can write ${path}, although ${by}: it needs to read it only.`,
    evidence: mount.name,
    fix: readOnlyFix(subject, found, writer !== undefined),
  };
}

/** What builds for itself has to write there. */
function ownFault(subject: ContainerSubject, path: string, at: Source): Fault {
  const message = `The ${subject.title} serves, and can write ${path}, which it runs.`;
  return { severity: "info", at, message, evidence: path };
}

const rootIsWritable = ({ raw }: ContainerSubject): boolean =>
  fieldsOf(raw.securityContext).readOnlyRootFilesystem !== true;

function buildsHere({ reload, settings }: ContainerSubject): boolean {
  if (reload !== null) return reload.tool?.builds !== false;
  return settings !== null && (settings.recipe === "go" || settings.recipe === "command");
}

/** Safe where hotpod's settings say that it only reads what another container writes. */
function readOnlyFix(subject: ContainerSubject, { mount, index }: Found, isWritten: boolean): Fix {
  const { settings } = subject;
  const store = settings?.store.dir ?? "/";
  const apart = !isWithin(joinPath("/", store), joinPath("/", mount.mountPath));
  const isSafe = settings?.recipe === "artifact" && isWritten && apart;
  return {
    kind: isSafe ? "safe" : "suggested",
    title: `${mount.mountPath} readOnly`,
    changes: [
      {
        kind: "set",
        document: subject.workload.object.document,
        path: [...subject.path, "volumeMounts", index, "readOnly"],
        value: true,
      },
    ],
  };
}
