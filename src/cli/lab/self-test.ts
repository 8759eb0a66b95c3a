import { openMachine } from "#edge/lab/open-machine.js";
import type { LineWriter } from "#edge/line-writer.js";
import { NEEDS } from "#lab/need.js";
import { runSelf, type SelfResult } from "#lab/self/run-self.js";
import { textTable } from "#report/table.js";
import type { LabOptions } from "./lab-options.js";

/**
 * `hotpod lab self`: the kubelet that the lab runs on a real clock lives through twelve pods as the model does in virtual time;
 * `--full`: and through those whose back-off takes minutes. A busy machine may hold a process up, so it has three tries. Exit code 1: a
 * case differed in all of them.
 */
export async function selfTest(
  { workFolder, keep, scale, set }: LabOptions,
  out: LineWriter,
): Promise<number> {
  const machine = openMachine({ workFolder, keep, needs: NEEDS });
  const best = new Map<string, SelfResult>();
  let tries = 0;
  try {
    do {
      tries += 1;
      const { bench, close } = await machine.openBench("L000", `try-${tries}`, scale);
      for (const result of await runSelf(bench, set === "full")) {
        if (best.get(result.name)?.agrees !== true) best.set(result.name, result);
      }
      await close();
    } while (tries < TRIES && [...best.values()].some(({ agrees }) => !agrees));
  } finally {
    await machine.close();
  }
  await out.data(selfText([...best.values()], tries, scale));
  await out.drained();
  return [...best.values()].every(({ agrees }) => agrees) ? 0 : 1;
}

function selfText(results: readonly SelfResult[], tries: number, scale: number): string {
  const rows = results.map(({ name, agrees, apartMs, compared, difference }) => [
    agrees ? "✓" : "✗",
    name,
    `${compared}`,
    `${apartMs.toFixed(0)} ms`,
    difference ?? "",
  ]);
  const left = (title: string) => ({ title, align: "left" as const });
  const right = (title: string) => ({ title, align: "right" as const });
  const columns = [left(""), left(""), right("compared"), right("apart at most"), left("")];
  const agreed = results.filter(({ agrees }) => agrees).length;
  const again = tries === 1 ? "" : ` after ${tries} tries`;
  return [
    textTable(columns, rows),
    "",
    `${agreed} of ${results.length} pods lived as in the model${again}, at scale ${scale}.`,
  ].join("\n");
}

const TRIES = 3;
