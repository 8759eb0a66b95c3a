import { UserError } from "#base/user-error.js";
import { readStructTable } from "#manifest/fields/struct-table.js";
import type { Container } from "#model/kube/pod.js";
import type { LifeReport } from "#model/life/life-report.js";
import type { LifeInput } from "#simulate/life/life-input.js";
import { buildLifeInput, readKnownTimings } from "./build-life-input.js";
import { type ChosenReload, chooseReload, noTool } from "./choose-reload.js";
import { type Chosen, chooseContainer, chooseWorkload } from "./choose-workload.js";
import type { InputRow } from "./input-row.js";
import { loadManifests } from "./load-manifests.js";
import { missingTimings, refuseWithoutTimings } from "./missing-timings.js";
import { readPlan } from "./plan/read-plan.js";
import { settingRows } from "./setting-rows.js";
import type { SimulateOptions } from "./simulate-options.js";

/** One simulation that was asked for, complete. */
export interface PreparedLife {
  /** Of the tool: `air ≥1.65.2`, `hotpod`, `none`. */
  readonly tool: string;
  readonly input: LifeInput;
  readonly rows: readonly InputRow[];
  readonly missing: LifeReport["missing"];
}

export interface PreparedLives {
  readonly chosen: Chosen;
  readonly container: Container;
  /** One for each tool, in the order of the flags. */
  readonly lives: readonly [PreparedLife, ...PreparedLife[]];
}

/** Reads everything the command line names. Throws a UserError for whatever does not fit. */
export function prepareLives(options: SimulateOptions): PreparedLives {
  const chosen = chooseWorkload(loadManifests(options.manifests), options.workload, {
    minor: options.minor,
    table: readStructTable(),
    unknownFields: options.unknownFields,
  });
  const container = chooseContainer(chosen.workload, options.container);
  const timings = readKnownTimings(chosen.workload, options);
  const planned = options.saves !== null;
  const built = reloadsOf(container, options).map((reload) => {
    if (planned && reload.reload === null) throw noTool();
    const life = buildLifeInput(chosen.workload, container, reload, timings, options);
    refuseWithoutTimings(life.input, planned);
    return { ...life, tool: reload.rows[0]?.value ?? "none" };
  });
  const plan = readPlan(
    built.map(({ input }) => input),
    options,
  );
  const { saves, faults, durationUs } = plan;
  const lives = built.map(({ tool, ...life }): PreparedLife => {
    const input = { ...life.input, saves, faults, durationUs };
    const where = { name: "workload", value: chosen.where, source: "given" };
    return {
      ...{ tool, input, missing: missingTimings(input) },
      rows: [where, ...life.rows, ...plan.rows, ...settingRows(input)],
    };
  });
  const [first, ...others] = lives;
  if (first === undefined) throw new Error("invariant broken: no life to simulate");
  return { chosen, container, lives: [first, ...others] };
}

/** `--compare` sets what is there now beside hotpod. */
function reloadsOf(container: Container, options: SimulateOptions): readonly ChosenReload[] {
  const { tools, compare, toolConfig, settings } = options;
  const asked: (string | null)[] = tools.length === 0 ? [null] : [...tools];
  if (compare && !asked.includes("hotpod")) asked.push("hotpod");
  const known = asked.filter((tool) => tool !== "hotpod");
  if (toolConfig !== null && known.length !== 1) {
    throw new UserError({
      code: "simulate-option",
      message: `--tool-config ${toolConfig} belongs to one tool, and ${known.length} are given`,
      hint: "Give each tool its own command line: --tool 'air -c .air.toml' --tool 'nodemon --config nodemon.json'.",
    });
  }
  return asked.map((tool) => {
    const own = tool === "hotpod" ? null : toolConfig;
    return chooseReload(tool, container, { toolConfig: own, settings });
  });
}
