import { Command } from "commander";
import { UserError } from "#base/user-error.js";
import { badValue } from "#cli/check/check-options.js";
import { parse } from "#cli/run-options.js";

export type LabAction = "list" | "show" | "run" | "self" | "compare";
export type LabFormat = "table" | "json" | "md" | "html";

/** `cluster`: no arm with processes of this machine. */
export type LabSide = "before" | "after" | "both" | "cluster";

/** Pods of the lab are made in this cluster. */
export interface ClusterOptions {
  /** Of kubectl's configuration. */
  readonly context: string;
  /** null: a new one, whose name is drawn. */
  readonly namespace: string | null;
  readonly image: string;
}

/** `hotpod lab`, as it was asked for. */
export interface LabOptions {
  readonly help: boolean;
  readonly action: LabAction;
  /** What stands after the action: scenarios, chapters, tags; of `compare` two files. */
  readonly words: readonly string[];
  readonly set: "quick" | "usual" | "full";
  readonly scale: number;
  /** The container runtime whose ways the lab's own kubelet goes by. */
  readonly cri: (typeof RUNTIMES)[number];
  /** Of the arms with processes of this machine. */
  readonly side: LabSide;
  readonly repeat: number;
  readonly seed: number;
  readonly jobs: number;
  readonly workFolder: string | null;
  readonly keep: boolean;
  readonly out: string | null;
  readonly formats: readonly LabFormat[];
  /** null: no cluster is touched. */
  readonly cluster: ClusterOptions | null;
  /** What is asked for is only which rights the lab needs in a cluster; the namespace, or null: one of its own. */
  readonly rbac: { readonly namespace: string | null } | null;
}

const RUNTIMES = ["containerd", "crio", "dockershim"] as const;
const ACTIONS: readonly LabAction[] = ["list", "show", "run", "self", "compare"];
export const FORMATS: readonly LabFormat[] = ["table", "json", "md", "html"];
const SIDES = ["before", "after", "both", "cluster", "all"] as const;
/** A public image with a shell, httpd and wget, and little else. */
const IMAGE = "busybox:1.37";

interface Flags {
  readonly help?: true;
  readonly quick?: true;
  readonly full?: true;
  readonly realTime?: true;
  readonly keep?: true;
  readonly json?: true;
  readonly rbac?: true;
  readonly context?: string;
  readonly namespace?: string;
  readonly image?: string;
  readonly scale: string;
  readonly cri?: string;
  readonly phase?: string;
  readonly arm?: string;
  readonly repeat: string;
  readonly seed: string;
  readonly jobs: string;
  readonly workdir?: string;
  readonly out?: string;
  readonly format: string;
}

export function readLabOptions(argv: readonly string[]): LabOptions {
  const parser = new Command("lab")
    .helpOption(false)
    .allowExcessArguments(true)
    .option("-h, --help")
    .option("--quick")
    .option("--full")
    .option("--real-time")
    .option("--keep")
    .option("--json")
    .option("--scale <factor>", "", "0.1")
    .option("--cri <runtime>")
    .option("--phase <share>")
    .option("--arm <side>")
    .option("--repeat <n>", "", "1")
    .option("--seed <n>", "", "1")
    .option("--jobs <n>", "", "1")
    .option("--workdir <folder>")
    .option("--out <folder>")
    .option("--format <list>", "", "table")
    .option("--context <name>")
    .option("-n, --namespace <name>")
    .option("--image <reference>")
    .option("--rbac");
  parse(parser, argv);
  const flags = parser.opts<Flags>();
  const [first, ...rest] = parser.args;
  const named = ACTIONS.find((action) => action === first);
  if (flags.quick === true && flags.full === true) {
    throw new UserError({
      code: "bad-flag",
      message: "--quick and --full exclude each other",
      hint: "Ask for one of them.",
    });
  }
  if (flags.phase !== undefined) throw noPhase(flags.phase);
  return {
    help: flags.help === true,
    action: named ?? "run",
    words: named === undefined ? parser.args : rest,
    set: flags.quick === true ? "quick" : flags.full === true ? "full" : "usual",
    scale: flags.realTime === true ? 1 : scaleOf(flags.scale),
    cri: criOf(flags),
    side: sideOf(flags),
    repeat: wholeOf("repeat", flags.repeat, 1),
    seed: wholeOf("seed", flags.seed, 0),
    jobs: wholeOf("jobs", flags.jobs, 1),
    workFolder: flags.workdir ?? null,
    keep: flags.keep === true,
    out: flags.out ?? null,
    formats: formatsOf(flags),
    cluster: clusterOf(flags),
    rbac: flags.rbac === true ? { namespace: namespaceOf(flags) } : null,
  };
}

/** Pods of a cluster have that of their node. */
function criOf(flags: Flags): LabOptions["cri"] {
  const { cri } = flags;
  if (cri === undefined) return "containerd";
  const asked = oneOf("cri", cri, RUNTIMES);
  if (sideOf(flags) !== "cluster") return asked;
  const hint = "Pods of a cluster have their node's. It is for arms on this machine: --arm all.";
  throw badValue("cri", cri, hint);
}

/** One phase for all would be none of the claims: they are about what happens whatever the phase. */
function noPhase(phase: string): UserError {
  return badValue(
    "phase",
    phase,
    "Scenarios try every phase of a probe, or the one that their claim speaks of. For one pod of yours: hotpod simulate --phase.",
  );
}

/** Who names a cluster is asking about it, and not about this machine. */
function sideOf({ arm, context }: Flags): LabSide {
  if (arm === undefined) return context === undefined ? "both" : "cluster";
  const asked = oneOf("arm", arm, SIDES);
  if (context === undefined && (asked === "cluster" || asked === "all")) {
    throw badValue(
      "arm",
      arm,
      "Say in which cluster: --context NAME; kubectl config get-contexts.",
    );
  }
  return asked === "all" ? "both" : asked;
}

function clusterOf(flags: Flags): ClusterOptions | null {
  const { context, image = IMAGE } = flags;
  const namespace = namespaceOf(flags);
  if (context !== undefined) return { context, namespace, image };
  const lone = flags.image !== undefined ? "image" : "namespace";
  if (flags.rbac === true || flags[lone] === undefined) return null;
  const hint = "Say in which cluster: --context NAME; kubectl config get-contexts.";
  throw badValue(lone, flags[lone], hint);
}

function namespaceOf({ namespace }: Flags): string | null {
  if (namespace === undefined) return null;
  if (/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(namespace)) return namespace;
  throw badValue("namespace", namespace, "Small letters, digits and -, 63 at most.");
}

/** A page or a document is no stream: it needs a place. */
function formatsOf({ json, format, out }: Flags): readonly LabFormat[] {
  if (json === true) return ["json"];
  const formats = format.split(",").map((one) => oneOf("format", one.trim(), FORMATS));
  const page = formats.find((one) => one === "md" || one === "html");
  if (page === undefined || out !== undefined) return formats;
  throw badValue("format", page, "Say where it is to be written: --out FOLDER.");
}

function scaleOf(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= SCALE_MIN && value <= 1) return value;
  const hint = `A number from ${SCALE_MIN} to 1: how many real seconds a nominal one takes.`;
  throw badValue("scale", text, hint);
}

function wholeOf(flag: string, text: string, least: number): number {
  if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text);
  throw badValue(flag, text, `A whole number from ${least} on.`);
}

function oneOf<T extends string>(flag: string, text: string, choices: readonly T[]): T {
  const chosen = choices.find((choice) => choice === text);
  if (chosen !== undefined) return chosen;
  throw badValue(flag, text, `One of ${choices.join(", ")}.`);
}

/** Below, processes take longer to start than what is measured. */
const SCALE_MIN = 0.02;
