/** `npm run simulate`: random lives of a supervisor, checked after every step; `--seed N` replays one. */
import { parseArgs } from "node:util";
import { mutations } from "./mutations.js";
import { simulateSeed } from "./simulate-seed.js";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    seeds: { type: "string", default: "1..2000" },
    mutation: { type: "string" },
  },
});
process.exitCode = values.seed === undefined ? many() : one(Number(values.seed));

function core() {
  if (values.mutation === undefined) return undefined;
  const mutation = mutations.find(({ name }) => name === values.mutation);
  if (mutation === undefined) {
    const names = mutations.map(({ name }) => name).join(", ");
    process.stderr.write(`no mutation "${values.mutation}"; there are: ${names}\n`);
    process.exit(2);
  }
  return mutation.core;
}

function replay(seed: number): string {
  const mutation = values.mutation === undefined ? "" : ` --mutation ${values.mutation}`;
  return `npm run simulate -- --seed ${seed}${mutation}`;
}

function one(seed: number): number {
  const { trace, failure, hash, steps } = simulateSeed(seed, core(), true);
  process.stdout.write(`${trace.join("\n")}\n`);
  process.stdout.write(
    `seed ${seed}: ${steps} steps, ${hash}, ${failure ?? "all invariants hold"}\n`,
  );
  return failure === null ? 0 : 1;
}

function many(): number {
  const [from, to] = values.seeds.split("..").map(Number);
  if (from === undefined || to === undefined || !(from <= to)) {
    process.stderr.write(`--seeds takes a range like 1..2000, not "${values.seeds}"\n`);
    return 2;
  }
  let failed = 0;
  let steps = 0;
  for (let seed = from; seed <= to; seed++) {
    const outcome = simulateSeed(seed, core());
    steps += outcome.steps;
    if (outcome.failure === null) continue;
    failed++;
    process.stdout.write(`seed ${seed}: ${outcome.failure}\n    ${replay(seed)}\n`);
  }
  process.stdout.write(`${to - from + 1} seeds, ${steps} steps, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}
