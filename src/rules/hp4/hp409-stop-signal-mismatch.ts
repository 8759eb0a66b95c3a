import type { FinalImage } from "#manifest/dockerfile/final-image.js";
import { imagesOf } from "#rules/image/images.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
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
  why: "The kubelet sends what STOPSIGNAL says. SIGKILL leaves no grace at all; SIGQUIT makes a Go program print its stacks and exit 2; a signal that nobody handles does nothing.",
  when: "STOPSIGNAL of the final stage is KILL (error), or another than TERM that the image's program is not known to stop by (warning).",
  remedy: "Remove STOPSIGNAL, or handle that signal.",
  fires: "STOPSIGNAL SIGQUIT, copied from an nginx image, under a Go program.",
  quiet: "nginx with SIGQUIT.",
  judge: { of: "project", judge: judgeImages },
};

/** Servers that stop in order by these. */
const OWN: Readonly<Record<string, readonly string[]>> = {
  QUIT: ["nginx", "php-fpm", "haproxy", "uwsgi"],
  WINCH: ["httpd", "apache2", "apachectl", "httpd-foreground"],
  INT: ["postgres", "docker-entrypoint.sh", "node", "python", "python3", "uvicorn", "gunicorn"],
};

function judgeImages(project: Project): Outcome {
  const faults = imagesOf(project).flatMap((image) => {
    const { stopSignal } = image;
    const name = (stopSignal?.value ?? "TERM")
      .replace(/^SIG/, "")
      .replace(/^9$/, "KILL")
      .replace(/^15$/, "TERM")
      .replace(/^3$/, "QUIT")
      .replace(/^2$/, "INT");
    if (stopSignal === null || name === "TERM") return [];
    const program = programOf(image);
    // What the base starts is not known here.
    if (name !== "KILL" && (program === "" || program === "docker-entrypoint.sh")) return [];
    if (name !== "KILL" && (OWN[name] ?? []).includes(program)) return [];
    return [
      {
        severity: name === "KILL" ? ("error" as const) : ("warning" as const),
        at: { kind: "text" as const, region: stopSignal.region },
        message:
          name === "KILL"
            ? "The image asks to be stopped by SIGKILL, which leaves no time for anything."
            : `The image asks to be stopped by SIG${name}, and ${program || "its program"} is not known to stop by that.`,
        evidence: name,
      },
    ];
  });
  if (project.dockerfiles.length === 0) return NOT_APPLICABLE;
  return faults.length === 0 ? PASS : fails(...faults);
}

function programOf({ entrypoint, cmd }: FinalImage): string {
  const [first = ""] = entrypoint?.argv ?? cmd?.argv ?? [];
  return first.split("/").at(-1) ?? "";
}
