import type { ScenarioResult } from "#model/lab/lab-report.js";
import type { LabMachine } from "#ports/lab/lab-machine.js";
import { type RunOptions, runScenario } from "./run-scenario.js";
import type { Scenario } from "./scenario.js";

export interface RunAllOptions extends RunOptions {
  /** So many scenarios beside each other; those about time always run alone. */
  readonly jobs: number;
  readonly finished: (result: ScenarioResult) => void;
}

/** Runs the scenarios and answers in their order. */
export async function runAll(
  scenarios: readonly Scenario[],
  machine: LabMachine,
  options: RunAllOptions,
): Promise<readonly ScenarioResult[]> {
  const results = new Map<number, ScenarioResult>();
  const take = async (index: number): Promise<void> => {
    const result = await runScenario(scenarios[index] as Scenario, machine, options);
    results.set(index, result);
    options.finished(result);
  };
  const indices = scenarios.map((_, index) => index);
  const alone = indices.filter((index) => scenarios[index]?.timed === true || options.jobs === 1);
  const together = indices.filter((index) => !alone.includes(index));
  for (const index of alone) await take(index);
  const worker = async (): Promise<void> => {
    for (let next = together.shift(); next !== undefined; next = together.shift()) await take(next);
  };
  await Promise.all(Array.from({ length: options.jobs }, worker));
  return indices.flatMap((index) => results.get(index) ?? []);
}
