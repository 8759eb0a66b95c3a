import type { Fix } from "#rules/rule/fix.js";
import { fails, NOT_APPLICABLE, type Outcome, open, PASS, together } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { baseName } from "#rules/subject/effective-command.js";
import { type FileWrite, type FindWrite, findWrites } from "./file-writes.js";
import { scriptPlace } from "./script-place.js";
import { placeKey, type VolumePlace, volumePlaces } from "./volume-place.js";

export const initCopiesHotBinary: Rule = {
  id: "HP301",
  name: "init-copies-hot-binary",
  severity: "warning",
  reason: "V",
  inputs: "W,(R|H)",
  exports: "KVR@",
  fix: "suggest",
  title: "An init container writes the binary that the reloader later replaces.",
  why: "Init containers do not run again when a container restarts, so the swapped file stays. A new sandbox or a reboot of the node runs them again, and silently brings the old version back.",
  when: "An init container writes (cp, mv, install, tar -C, -o, >) a file of a volume that a reload replaces there, whether or not it is there already. An error where cp writes it while a sidecar that started before may be running it.",
  remedy:
    "Copy only where the file is absent, or leave the copy to hotpod: `boot: image` or `last-good` says what runs after a restart.",
  fires: "cp /build/app /app/main, and air runs /app/main of the same emptyDir.",
  quiet: "An init container that copies configuration; one that copies beside the hot file.",
  judge: { of: "container", judge: judgeInit },
};

interface Hot {
  readonly subject: ContainerSubject;
  readonly place: VolumePlace;
}

function judgeInit(subject: ContainerSubject): Outcome {
  if (!subject.isInit) return NOT_APPLICABLE;
  const mounted = new Set(subject.container.volumeMounts.map(({ name }) => name));
  const hot = hotPlaces(subject).filter(({ place }) => mounted.has(place.volume));
  if (hot.length === 0) {
    return subject.workload.running.some(({ isHot }) => isHot) ? PASS : NOT_APPLICABLE;
  }
  if (subject.command.kind === "unknown") return open("D", subject.command.say);
  const find = findWrites(subject);
  return together(hot.map((one) => judgePlace(subject, one, find)));
}

/** Each place once. */
function hotPlaces({ workload }: ContainerSubject): Hot[] {
  const places = new Map<string, Hot>();
  for (const subject of workload.running) {
    if (!subject.isHot) continue;
    const placeOf = volumePlaces(subject.container);
    for (const { path } of subject.hotPaths.files) {
      const place = placeOf(path);
      if (place === null || places.has(placeKey(place))) continue;
      places.set(placeKey(place), { subject, place });
    }
  }
  return [...places.values()];
}

function judgePlace(
  subject: ContainerSubject,
  { subject: hot, place }: Hot,
  find: FindWrite,
): Outcome {
  const write = find(place);
  if (write === null) return PASS;
  if (write.what === "below") return open("I", `the files that \`${write.command.text}\` writes`);
  const { containers } = hot.workload;
  const startedBefore = hot.isSidecar && containers.indexOf(hot) < containers.indexOf(subject);
  const isBusy = startedBefore && baseName(write.command.words[0] ?? "") === "cp";
  const fix = fixOf(subject, write);
  const script = scriptPlace(subject);
  return fails({
    severity: isBusy ? "error" : "warning",
    at: script === null ? subject.at("command") : subject.at(...script.inside),
    message: isBusy
      ? `\`${write.target}\` is written while ${hot.title} may be running it, so the copy fails as busy.`
      : `\`${write.target}\` is written again whenever the pod gets a new sandbox, over what ${hot.title} swapped in.`,
    evidence: `${place.volume}:${place.path}`,
    related: hot.hotPaths.files
      .slice(0, 1)
      .map(({ source }) => ({ source, message: `${hot.title} replaces it.` })),
    ...(fix === null ? {} : { fix }),
  });
}

/** Only a plain command of a script, which stands there once. */
function fixOf(subject: ContainerSubject, { command, target }: FileWrite): Fix | null {
  const place = scriptPlace(subject);
  const { text, keywords, words } = command;
  const isPlain = keywords.length === 0 && /^(cp|mv|install)$/.test(words[0] ?? "");
  if (place === null || !isPlain || /['"\\$]/.test(text)) return null;
  const at = place.script.indexOf(text);
  if (at < 0 || place.script.indexOf(text, at + 1) >= 0) return null;
  const guarded = `{ [ -e ${target} ] || ${text}; }`;
  const value = place.script.slice(0, at) + guarded + place.script.slice(at + text.length);
  return {
    kind: "suggested",
    title: "copy only where the file is absent",
    changes: [
      {
        kind: "set",
        document: subject.workload.object.document,
        path: [...subject.path, ...place.inside],
        value,
      },
    ],
  };
}
