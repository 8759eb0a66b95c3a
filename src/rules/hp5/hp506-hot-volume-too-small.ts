import { safeFix, setInPodSpec, suggestedFix } from "#rules/fix/set-field.js";
import { mebibytes } from "#rules/pod/memory-need.js";
import { mountOf } from "#rules/pod/mounts.js";
import { writePaths } from "#rules/pod/write-paths.js";
import type { Fix } from "#rules/rule/fix.js";
import { fails, NOT_APPLICABLE, type Outcome, openTiming, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { bytesText, timingFigure } from "#rules/subject/figure.js";

export const hotVolumeTooSmall: Rule = {
  id: "HP506",
  name: "hot-volume-too-small",
  severity: "warning",
  reason: "a",
  inputs: "W,T,H?",
  exports: "KVR@",
  fix: "safe",
  title: "Generations and caches do not fit the volume's sizeLimit.",
  why: "Above its sizeLimit the kubelet evicts the pod.",
  when: "The program's size times the kept generations and two more (and the Go cache, if it is there), and a fifth, is above the sizeLimit of the emptyDir; without a sizeLimit it is worth a note.",
  remedy: "Raise sizeLimit to what is needed.",
  fires: "45 MB a program, 5 kept, a sizeLimit of 256 Mi.",
  quiet: "a PersistentVolumeClaim, which has no sizeLimit.",
  judge: { of: "container", judge: judgeSize },
};

const ROOM = 1.2;
const MORE_GENERATIONS = 2;
const STEP_MEBIBYTES = 64;

function judgeSize(subject: ContainerSubject): Outcome {
  if (!subject.isHot) return NOT_APPLICABLE;
  const { paths } = writePaths(subject);
  const hot = paths.find(({ what }) => what === "hotpod's store" || what === "the build's output");
  const mounted = hot === undefined ? null : mountOf(subject, hot.folder);
  const source = mounted?.volume?.source;
  if (mounted === null || source?.kind !== "emptyDir") return NOT_APPLICABLE;
  const index = subject.workload.workload.template.spec.volumes.findIndex(
    ({ name }) => name === mounted.mount.name,
  );
  const at = subject.workload.inSpec("volumes", index, "emptyDir");
  const artifact = subject.timing("artifact");
  if (artifact === null) return openTiming("artifact");
  const keep = subject.settings?.store.keep ?? 0;
  const cached = paths.some(
    ({ what, folder }) => what === "GOCACHE" && mountOf(subject, folder)?.index === mounted.index,
  );
  const cache = cached ? subject.timing("gocache") : null;
  if (cached && cache === null) return openTiming("gocache");
  const need = ROOM * (artifact.value * (keep + MORE_GENERATIONS) + (cache?.value ?? 0));
  const wanted = mebibytes(need, STEP_MEBIBYTES);
  const fix = (kind: Fix["kind"]): Fix => {
    const change = setInPodSpec(
      subject.workload,
      ["volumes", index, "emptyDir", "sizeLimit"],
      wanted,
    );
    const title = `sizeLimit: ${wanted}`;
    return kind === "safe" ? safeFix(title, change) : suggestedFix(title, change);
  };
  const figures = [
    timingFigure(artifact, "bytes"),
    { name: "kept", value: String(keep), source: "store.keep" },
    ...(cache === null ? [] : [timingFigure(cache, "bytes")]),
  ];
  if (source.sizeBytes === null) {
    const message = `Volume ${mounted.mount.name} grows to about ${bytesText(need)} and has no sizeLimit.`;
    return fails({
      severity: "info",
      at,
      message,
      figures,
      fix: fix("suggested"),
      evidence: "none",
    });
  }
  if (need <= source.sizeBytes) return PASS;
  const message = `Volume ${mounted.mount.name} needs about ${bytesText(need)}, and above ${bytesText(source.sizeBytes)} the pod is evicted.`;
  return fails({ severity: "warning", at, message, figures, fix: fix("safe"), evidence: "small" });
}
