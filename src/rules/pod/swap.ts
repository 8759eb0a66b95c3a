import type { Probe } from "#model/kube/pod.js";
import type { ReloadTool, StopStep } from "#model/reload-tool.js";
import type { Figure } from "#rules/rule/outcome.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { secondsText, type TimingValue, timingFigure } from "#rules/subject/figure.js";

/**
 * What clients meet while a container's program is replaced. `refuse`: nobody listens; `queue`: the socket is held and they wait;
 * `overlap`: the old program serves until the new one is ready.
 */
export type SwapMode = "refuse" | "queue" | "overlap";

export interface Swap {
  /** null: what reloads it is not known well enough. */
  readonly mode: SwapMode | null;
  /** Nobody answers for this long, in seconds: as measured, else by the tool's order. null: a timing is missing. */
  readonly gapSeconds: number | null;
  /** Keys of the timings that are missing. */
  readonly missing: readonly string[];
  readonly figures: readonly Figure[];
}

export function swapOf(subject: ContainerSubject): Swap {
  const mode = modeOf(subject);
  if (mode === null) return { mode, gapSeconds: null, missing: [], figures: [] };
  const measured = subject.timing("gap");
  if (measured !== null) {
    const figures = [timingFigure(measured, "s")];
    return { mode, gapSeconds: measured.value, missing: [], figures };
  }
  if (mode === "overlap") return { mode, gapSeconds: 0, missing: [], figures: [] };
  const tool = subject.reload?.tool ?? null;
  const keys = gapParts(tool);
  const found = keys.flatMap((key) => shortened(subject.timing(key), tool) ?? []);
  const missing = keys.filter((key) => subject.timing(key) === null);
  return {
    mode,
    gapSeconds: missing.length > 0 ? null : sumOf(found),
    missing,
    figures: found.map((one) => timingFigure(one, "s")),
  };
}

function modeOf(subject: ContainerSubject): SwapMode | null {
  const { settings, reload } = subject;
  if (subject.isManaged) {
    if (settings === null) return null;
    return settings.policy.handover === "restart" ? "queue" : "overlap";
  }
  const tool = reload?.tool ?? null;
  if (tool === null) return null;
  if (tool.overlap) return "overlap";
  return tool.socket === "inherited" ? "queue" : "refuse";
}

/** hotpod in `restart` order stops, then starts; what it builds is built before. */
function gapParts(tool: ReloadTool | null): readonly string[] {
  if (tool === null) return ["stopTime", "appStart"];
  const kills = tool.stop[0]?.signal === "SIGKILL";
  const builds = tool.builds && tool.stopWhen === "beforeBuild";
  return [...(kills ? [] : ["stopTime"]), "appStart", ...(builds ? ["build"] : [])];
}

/** A stop takes no longer than the tool waits before it kills. */
function shortened(timing: TimingValue | null, tool: ReloadTool | null): TimingValue | null {
  const most = tool === null ? Infinity : secondsToKill(tool.stop);
  if (timing === null || timing.key !== "stopTime" || timing.value <= most) return timing;
  return { ...timing, value: most, source: `${tool?.name} kills after ${secondsText(most)}` };
}

/** Infinity: it never kills, or waits as long as it takes before. */
export function secondsToKill(steps: readonly StopStep[]): number {
  const kill = steps.findIndex(({ signal }) => signal === "SIGKILL");
  if (kill < 0) return Infinity;
  const before = steps.slice(0, kill).map(({ waitUs }) => waitUs ?? Infinity);
  return before.reduce((sum, us) => sum + us, 0) / 1_000_000;
}

const sumOf = (timings: readonly TimingValue[]): number =>
  timings.reduce((sum, { value }) => sum + value, 0);

/** E: how long of a gap makes attempts of this probe fail, in seconds. A gap measured in an overlap is one in which nobody answered. */
export function failingSeconds(mode: SwapMode, gapSeconds: number, probe: Probe): number {
  return mode === "queue" ? Math.max(0, gapSeconds - probe.timeoutSeconds) : gapSeconds;
}

/** `delay 0, period 5, threshold 3`: the numbers of a probe that arithmetic is made of. */
export function probeNumbers(probe: Probe): string {
  const { initialDelaySeconds, periodSeconds, failureThreshold } = probe;
  return `delay ${initialDelaySeconds}, period ${periodSeconds}, threshold ${failureThreshold}`;
}

export function gapFigure(gapSeconds: number, source: string): Figure {
  return { name: "gap", value: secondsText(gapSeconds), source };
}
