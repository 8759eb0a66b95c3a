import type { FinalImage } from "#manifest/dockerfile/final-image.js";
import type { Source } from "#manifest/text/source.js";
import { hears, programOf as programIn } from "#rules/go/go-serving.js";
import type { ImageFacts } from "#rules/image/artifacts.js";
import { exactImageOf } from "#rules/image/exact-image.js";
import { imagesOf } from "#rules/image/images.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS, together } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { baseName } from "#rules/subject/effective-command.js";
import { fieldsOf } from "#rules/subject/fields.js";
import type { Project } from "#rules/subject/project.js";

export const stopSignalMismatch: Rule = {
  id: "HP409",
  name: "stop-signal-mismatch",
  severity: "warning",
  reason: "L",
  inputs: "W?,(D|I)",
  exports: "none",
  fix: "none",
  title: "The image's stop signal is not the one the process handles.",
  why: "The kubelet sends what lifecycle.stopSignal says, else STOPSIGNAL of the image, else SIGTERM. SIGKILL leaves no grace at all; SIGQUIT makes a Go program print its stacks and exit 2; a signal that nobody handles does nothing.",
  when: "lifecycle.stopSignal, or STOPSIGNAL of the final stage without one, is KILL (error), or another than TERM that the image's program is not known to stop by (warning).",
  remedy: "Remove STOPSIGNAL, or handle that signal.",
  fires: "STOPSIGNAL SIGQUIT, copied from an nginx image, under a Go program.",
  quiet: "nginx with SIGQUIT.",
  judge: { of: "project", judge: judgeImages },
};

/** Servers that stop in order by these. */
const OWN: Readonly<Record<string, readonly string[]>> = {
  QUIT: ["nginx", "php-fpm", "haproxy", "uwsgi"],
  WINCH: ["httpd", "apache2", "apachectl", "httpd-foreground"],
  INT: [
    "postgres",
    "docker-entrypoint.sh",
    "node",
    "python",
    "python3",
    "uvicorn",
    "gunicorn",
    "hotpod",
  ],
};

function judgeImages(project: Project): Outcome {
  const running = project.workloads.flatMap((one) => one.running);
  const tied = new Set(running.map(({ image }) => image?.file));
  const alone = imagesOf(project).filter(({ file }) => !tied.has(file));
  return together([
    ...running.map(judgeContainer),
    ...alone.map((image) => judgeSignal(signalOf(image), programOf(commandOf(image)))),
  ]);
}

interface Signal {
  /** Without `SIG`. */
  readonly name: string;
  readonly source: Source;
  /** Who asks for it. */
  readonly who: string;
}

/** `lifecycle.stopSignal` comes before STOPSIGNAL, where the API server keeps it. */
function judgeContainer(container: ContainerSubject): Outcome {
  const { image, command } = container;
  const own = fieldsOf(container.raw.lifecycle).stopSignal;
  const exact = exactImageOf(container);
  const ofImage = exact === null ? (image === null ? null : signalOf(image)) : signalIn(exact);
  const program = command.kind === "unknown" ? "" : programOf(command.argv);
  const go = programIn(container);
  const heard = (signal: Signal | null): boolean =>
    go !== null && go !== "unknown" && signal !== null && hears(go, signal.name);
  if (typeof own !== "string") {
    if (image === null && exact === null) return NOT_APPLICABLE;
    return heard(ofImage) ? PASS : judgeSignal(ofImage, program);
  }
  const source = container.at("lifecycle", "stopSignal");
  const outcome = judgeSignal({ name: nameOf(own), source, who: "The container" }, program);
  const set = judgeSignal(ofImage, program);
  if (outcome.faults.length > 0 || set.faults.length === 0 || ofImage === null) return outcome;
  return fails({
    severity: "info",
    at: ofImage.source,
    message: `The container's stopSignal sets SIG${ofImage.name} of the image aside only where the feature gate ContainerStopSignals is on; up to Kubernetes 1.36 it is off.`,
    related: [{ source, message: "This is meant instead." }],
    evidence: ofImage.name,
  });
}

function judgeSignal(signal: Signal | null, program: string): Outcome {
  if (signal === null || signal.name === "TERM") return PASS;
  const { name, source, who } = signal;
  const kills = name === "KILL";
  // What the base starts is not known here.
  if (!kills && (program === "" || program === "docker-entrypoint.sh")) return PASS;
  if (!kills && (OWN[name] ?? []).includes(program)) return PASS;
  return fails({
    severity: kills ? "error" : "warning",
    at: source,
    message: kills
      ? `${who} asks to be stopped by SIGKILL, which leaves no time for anything.`
      : `${who} asks to be stopped by SIG${name}, and ${program} is not known to stop by that.`,
    evidence: name,
  });
}

function signalIn({ stopSignal, file }: ImageFacts): Signal | null {
  if (stopSignal === null) return null;
  return {
    name: nameOf(stopSignal),
    source: { kind: "said", by: `--image ${file}` },
    who: "The image",
  };
}

function signalOf({ stopSignal }: FinalImage): Signal | null {
  if (stopSignal === null) return null;
  const { value, region } = stopSignal;
  return { name: nameOf(value), source: { kind: "text", region }, who: "The image" };
}

const NUMBERS: Readonly<Record<string, string>> = { 2: "INT", 3: "QUIT", 9: "KILL", 15: "TERM" };

function nameOf(text: string): string {
  const name = text.toUpperCase().replace(/^SIG/, "");
  return NUMBERS[name] ?? name;
}

const commandOf = ({ entrypoint, cmd }: FinalImage): readonly string[] =>
  entrypoint?.argv ?? cmd?.argv ?? [];

const programOf = ([first = ""]: readonly string[]): string => baseName(first);
