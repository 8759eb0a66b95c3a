import { UserError } from "#base/user-error.js";
import { isSidecar } from "#model/kube/pod.js";
import type { LifeReport } from "#model/life/life-report.js";
import type { LifeInput } from "#simulate/life/life-input.js";

type Missing = LifeReport["missing"][number];

/** What was not measured, and what therefore cannot be said; the simulation goes on with 0 in its place. */
export function missingTimings(input: LifeInput): Missing[] {
  const found = RULES.filter(({ needed }) => needed(input)).map(({ input: name, unsaid }) => ({
    ...{ input: name, unsaid },
  }));
  return [...found, ...initContainers(input)];
}

/** `saves`: the plan has some. Without these a simulation would be about another service: it is refused, and says what to measure. */
export function refuseWithoutTimings(input: LifeInput, saves: boolean): void {
  const missing = ESSENTIAL.filter(({ needed }) => needed(input, saves));
  const [first] = missing;
  if (first === undefined) return;
  throw new UserError({
    code: "missing-timings",
    message: [
      missing.length === 1 ? "a timing is missing:" : `${missing.length} timings are missing:`,
      ...missing.map(
        ({ input: name, unsaid }) => `  ${name}: without it nothing can be said of ${unsaid}`,
      ),
    ].join("\n"),
    hint: [
      "hotpod run measures them: --timings .hotpod/store/timings.json",
      `Or say them: ${missing.map(({ example }) => `--timing ${example}`).join(" ")}`,
    ].join("\n"),
  });
}

interface Rule extends Missing {
  readonly needed: (input: LifeInput) => boolean;
}

const buildsHere = ({ reload }: LifeInput): boolean =>
  reload?.kind === "hotpod" || reload?.tool.builds === true;

const limitOf = ({ workload, service }: LifeInput): number | null =>
  workload.template.spec.containers.find(({ name }) => name === service.container)?.resources.limits
    .memoryBytes ?? null;

interface Essential extends Missing {
  readonly example: string;
  readonly needed: (input: LifeInput, saves: boolean) => boolean;
}

const ESSENTIAL: readonly Essential[] = [
  {
    input: "coldStart",
    unsaid: "when a container is up, and of all that comes after",
    example: "coldStart=12s",
    needed: ({ service }) => service.coldStart === null && service.appStart === null,
  },
  {
    input: "build",
    unsaid: "how long an update takes, and what happens meanwhile",
    example: "build=3s",
    needed: (input, saves) => saves && buildsHere(input) && input.service.build === null,
  },
];

const RULES: readonly Rule[] = [
  {
    input: "stopTime or drain",
    unsaid: "how long the program needs to end, and which requests a stop cuts",
    needed: ({ service }) => service.stopTime === null && service.drain === null,
  },
  {
    input: "healthLatencyBuild",
    unsaid: "whether probes time out while a build takes the CPU",
    needed: (input) =>
      input.saves.length > 0 && buildsHere(input) && input.service.healthLatencyBuild === null,
  },
  {
    input: "rss",
    unsaid: "whether the generations fit into the memory limit",
    needed: (input) => limitOf(input) !== null && input.service.rssBytes === null,
  },
  {
    input: "buildRss",
    unsaid: "whether a build fits into the memory limit beside the service",
    needed: (input) =>
      limitOf(input) !== null &&
      buildsHere(input) &&
      input.saves.length > 0 &&
      input.service.buildRssBytes === null,
  },
  {
    input: "imagePull",
    unsaid: "how long a new pod of the roll-out takes on a node without the image",
    needed: ({ rollout, service }) => rollout && service.imagePull === null,
  },
];

function initContainers({ workload, service }: LifeInput): Missing[] {
  return workload.template.spec.initContainers
    .filter((container) => !isSidecar(container) && !Object.hasOwn(service.init, container.name))
    .map(({ name }) => ({
      input: `init.${name}`,
      unsaid: `how long init container ${name} keeps the pod from starting`,
    }));
}
