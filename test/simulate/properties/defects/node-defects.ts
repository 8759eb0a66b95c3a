/** One thing broken on purpose in a copy of the sources. */
export interface NodeDefect {
  readonly name: string;
  readonly file: string;
  /** What stands there; the test fails when it does not. */
  readonly find: string;
  readonly replace: string;
  /** The rules that may be the first to show it. */
  readonly breaks: readonly string[];
}

const worker = "src/kubelet/prober/worker.ts";
const kills = "src/kubelet/machine/kills.ts";
const syncing = "src/kubelet/machine/syncing.ts";

export const nodeDefects: readonly NodeDefect[] = [
  {
    name: "a new instance begins with a run of its own",
    file: worker,
    find: "  worker.onHold = false;\n",
    replace: "  worker.onHold = false;\n  worker.run = 0;\n  worker.lastResult = null;\n",
    breaks: ["K6", "K9"],
  },
  {
    name: "thresholds want one more",
    file: worker,
    find: "  if (worker.run < (result",
    replace: "  if (worker.run <= (result",
    breaks: ["K6", "K9", "K24"],
  },
  {
    name: "one good answer makes ready",
    file: worker,
    find: "? failureThreshold : successThreshold))",
    replace: "? failureThreshold : 1))",
    breaks: ["K24"],
  },
  {
    name: "half of the delay is enough",
    file: worker,
    find: "worker.probe.initialDelaySeconds * 1_000_000",
    replace: "worker.probe.initialDelaySeconds * 500_000",
    breaks: ["K4"],
  },
  {
    name: "a restart anchors the ticker anew",
    file: syncing,
    find: "  pod.host.told.started(",
    replace:
      "  for (const one of member.probers) {\n    if (one === null) continue;\n    wake(pod, one.code, now + one.periodUs);\n" +
      "  }\n  pod.host.told.started(",
    breaks: ["K3"],
  },
  {
    name: "the stop signal does not wait for preStop",
    file: kills,
    find: '    host.hook(member.place, "preStop", preStop);\n',
    replace: '    host.hook(member.place, "preStop", preStop);\n    goOnKill(pod, member);\n',
    breaks: ["K16"],
  },
  {
    name: "preStop eats no grace",
    file: "src/kubelet/stop/grace.ts",
    find: "graceSeconds - Math.floor(usedUs / 1_000_000)",
    replace: "graceSeconds",
    breaks: ["K16"],
  },
  {
    name: "SIGKILL after a second",
    file: kills,
    find: "pod.host.now() + graceS * S);\n  pod.host.stop",
    replace: "pod.host.now() + S);\n  pod.host.stop",
    breaks: ["K16", "I5"],
  },
  {
    name: "a sync acts on a status from before the last one",
    file: syncing,
    find: " && !pod.members.some(({ unseen }) => unseen)) {",
    replace: ") {",
    breaks: ["K9", "K4"],
  },
  {
    name: "back-off never grows",
    file: "src/kubelet/restart/back-off.ts",
    find: "backOff.valueUs * 2",
    replace: "backOff.valueUs * 1",
    breaks: ["K19"],
  },
  {
    name: "hotpod plans with the pod's grace, as if preStop took none of it",
    file: "src/simulate/properties/generate-case.ts",
    find: "spec.terminationGracePeriodSeconds - used)",
    replace: "spec.terminationGracePeriodSeconds)",
    breaks: ["I5"],
  },
  {
    name: "hotpod kills at the end of its grace, not before it",
    file: "src/generation/decide/leave.ts",
    find: "graceMs - KILL_EARLY_MS)",
    replace: "graceMs)",
    breaks: ["I5"],
  },
];
