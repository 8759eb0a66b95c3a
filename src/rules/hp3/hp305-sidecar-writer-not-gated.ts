import { capital } from "#base/capital.js";
import { joinPath } from "#base/join-path.js";
import { startTimeOf } from "#rules/pod/start-time.js";
import { HOTPOD_PATHS, hotpodProbePort } from "#rules/probe/probe-target.js";
import type { Fix } from "#rules/rule/fix.js";
import { fails, NOT_APPLICABLE, type Outcome, open, PASS, together } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { commandsOfArgv, loopsOf } from "#rules/shell/shell-text.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { type FindWrite, findWrites } from "./file-writes.js";
import { foldersAbove, placeKey, type VolumePlace, volumePlaces } from "./volume-place.js";

export const sidecarWriterNotGated: Rule = {
  id: "HP305",
  name: "sidecar-writer-not-gated",
  severity: "error",
  reason: "a",
  inputs: "W,(R|H)",
  exports: "KVR@",
  fix: "suggest",
  title: "The main container may start before the sidecar has built the binary.",
  why: "A sidecar without a startupProbe has started as soon as it runs, whether or not there is anything to execute yet. Regular containers start together.",
  when: "A sidecar's reload tool writes a file of a volume, a regular container executes it, and the sidecar has no startupProbe; or the tool is in a regular container beside it.",
  remedy:
    "Give the sidecar a startupProbe that succeeds when the first generation exists; under hotpod, GET /startupz.",
  fires: "A sidecar that builds, without a startupProbe.",
  quiet: "A container whose own script waits for the file; a file that an init container writes.",
  judge: { of: "container", judge: judgeWriter },
};

function judgeWriter(subject: ContainerSubject): Outcome {
  if (subject.isInit || (subject.reload === null && !subject.isManaged)) return NOT_APPLICABLE;
  const others = subject.workload.running.filter(
    (one) => !one.isSidecar && one.name !== subject.name && sharesVolume(one, subject),
  );
  // Beside other containers, what it builds is for itself alone.
  const isAlone = subject.workload.containers.length === 1;
  if (others.length === 0) return isAlone ? NOT_APPLICABLE : PASS;
  if (subject.isSidecar && subject.probe("startup") !== null) return PASS;
  const { files, unknown } = subject.hotPaths;
  if (files.length === 0) {
    return open(subject.isManaged ? "H" : "R", unknown[0] ?? "the reload tool's configuration");
  }
  const placeOf = volumePlaces(subject.container);
  const places = new Map(
    files.flatMap(({ path }) => {
      const place = placeOf(path);
      return place === null ? [] : [[placeKey(place), place] as const];
    }),
  );
  const writes = subject.workload.containers.filter(({ isInit }) => isInit).map(findWrites);
  return together(others.map((one) => judgeMain({ subject, places, writes }, one)));
}

interface Writer {
  readonly subject: ContainerSubject;
  /** The files it writes, by their keys. */
  readonly places: ReadonlyMap<string, VolumePlace>;
  /** What init containers write before. */
  readonly writes: readonly FindWrite[];
}

function sharesVolume(a: ContainerSubject, b: ContainerSubject): boolean {
  const own = new Set(a.container.volumeMounts.map(({ name }) => name));
  return b.container.volumeMounts.some(({ name }) => own.has(name));
}

function judgeMain({ subject: writer, places, writes }: Writer, main: ContainerSubject): Outcome {
  const volumes = new Set([...places.values()].map(({ volume }) => volume));
  const { command, container } = main;
  if (!container.volumeMounts.some(({ name }) => volumes.has(name))) return NOT_APPLICABLE;
  if (command.kind === "unknown") return open("D", command.say);
  const found = executed(main, command.argv, places, writer.isManaged);
  if (found === null) return NOT_APPLICABLE;
  const { path, place } = found;
  if (waitsFor(command.argv, path)) return PASS;
  const before = writes.map((find) => find(place)).filter((write) => write !== null);
  if (before.some(({ what }) => what === "file")) return PASS;
  const [below] = before;
  if (below !== undefined) return open("I", `the files that \`${below.command.text}\` writes`);
  const fix = fixOf(writer);
  return fails({
    severity: "error",
    at: writer.at(),
    message: writer.isSidecar
      ? `${capital(main.title)} executes ${path} as soon as sidecar ${writer.name} runs, built or not.`
      : `${capital(main.title)} executes ${path} and starts together with ${writer.title}, which builds it.`,
    evidence: `${main.name} ${path}`,
    related: [{ source: command.source, message: "This executes the file." }],
    ...(fix === null ? {} : { fix }),
  });
}

/** The path as the command writes it. hotpod's store is a folder. */
function executed(
  { container }: ContainerSubject,
  argv: readonly string[],
  places: ReadonlyMap<string, VolumePlace>,
  areFolders: boolean,
): { readonly path: string; readonly place: VolumePlace } | null {
  const placeOf = volumePlaces(container);
  for (const { words } of commandsOfArgv(argv)) {
    const [path = ""] = words;
    if (!path.includes("/") || (!path.startsWith("/") && container.workingDir === null)) continue;
    const own = placeOf(joinPath(container.workingDir ?? "/", path));
    if (own === null) continue;
    const { volume } = own;
    const around = areFolders ? foldersAbove(own.path) : [];
    const keys = [own.path, ...around].map((one) => placeKey({ volume, path: one }));
    const place = places.get(keys.find((key) => places.has(key)) ?? "");
    if (place !== undefined) return { path, place };
  }
  return null;
}

function waitsFor(argv: readonly string[], path: string): boolean {
  const commands = commandsOfArgv(argv);
  const inLoop = loopsOf(commands).some(({ texts }) => texts.some((text) => text.includes(path)));
  return inLoop || commands.some(({ words }) => words[0] === "inotifywait");
}

const STARTUP_PERIOD = 5;

/** Only where the time that it needs is known. */
function fixOf(writer: ContainerSubject): Fix | null {
  const port = hotpodProbePort(writer);
  const start = startTimeOf(writer);
  if (!writer.isSidecar || port === null || start === null) return null;
  const seconds = start.seconds * writer.project.parameters.safety;
  const failureThreshold = Math.ceil(seconds / STARTUP_PERIOD) + 1;
  const httpGet = { path: HOTPOD_PATHS.startup, port };
  return {
    kind: "suggested",
    title: `startupProbe on hotpod's ${httpGet.path}, ${STARTUP_PERIOD} s × ${failureThreshold}`,
    changes: [
      {
        kind: "set",
        document: writer.workload.object.document,
        path: [...writer.path, "startupProbe"],
        value: { httpGet, periodSeconds: STARTUP_PERIOD, failureThreshold },
      },
    ],
  };
}
