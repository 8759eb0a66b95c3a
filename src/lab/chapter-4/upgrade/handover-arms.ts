import { atMost, equals, predict } from "#lab/judge/prediction.js";
import type { Need } from "#lab/need.js";
import type { Arm } from "#lab/scenario.js";
import { mostAtOnce, type SwapOptions, underLoad } from "./hotpod-swaps.js";
import { answerOf, PATIENCE_MS } from "./self-upgrade.js";

export const UPDATES = 6;
const SAVES = 8;
const BETWEEN_SAVES_MS = 120;
const AFTERWARDS_MS = 1_000;

export function handover(
  name: "inherit" | "transparent" | "proxy" | "restart",
  service: string,
  needs: readonly Need[],
  options: Omit<SwapOptions, "args">,
  predictions: Arm["predictions"],
): Arm {
  return {
    ...{ name, side: "after", label: `hotpod run, handover ${name}: ${service}`, needs },
    predictions: [
      predict("upgrades", equals(UPDATES), "every version came to serve"),
      predict("refused", equals(0), "the socket is hotpod's"),
      ...predictions,
      predict("answer", equals(`v${UPDATES + 1}`), "the last version serves"),
    ],
    async run(bench, record) {
      const transparent = name === "transparent";
      const args = [
        ...["--handover", name, "--standby", "false"],
        // Kept connections of an unmodified service never rest under these clients: they end with the drain.
        ...(transparent ? ["--drain-timeout", "2s"] : []),
      ];
      const env = transparent ? { HOST: bench.network.host } : {};
      await underLoad(bench, record, { args, env, ...options }, async ({ update }) => {
        for (let one = 1; one <= UPDATES; one += 1) await update(`v${one + 1}`);
      });
    },
  };
}

export function hotpodCrash(): Arm {
  return {
    ...{ name: "hotpod-crash", side: "after", label: "hotpod run, the version ends at its start" },
    needs: [],
    predictions: [
      predict("quarantined", equals(1), "the same content is not tried again"),
      predict("refused", equals(0), "the candidate never had a client"),
      predict("broken", equals(0), "and the old one was not asked to end"),
      predict("answer", equals("v1"), "it serves on"),
    ],
    async run(bench, record) {
      const isQuarantined = ({ kind }: { kind: string }): boolean => kind === "quarantined";
      const notices = await underLoad(bench, record, { args: [] }, async ({ hotpod, save }) => {
        save((path) => bench.files.write(path, "#!/bin/sh\nexit 1\n", 0o755));
        record.mark("the bad version");
        await hotpod.notices.until("the quarantine", isQuarantined, 0, PATIENCE_MS);
        await bench.clock.wait(AFTERWARDS_MS);
      });
      record.count("quarantined", notices.filter(isQuarantined).length);
    },
  };
}

export function hotpodSaves(): Arm {
  return {
    ...{ name: "hotpod-saves", side: "after", label: `hotpod run, ${SAVES} saves in a second` },
    needs: [],
    predictions: [
      predict("builds", equals(1), "one build at a time"),
      predict(
        "generations",
        atMost(4),
        "who serves, a candidate, one that ends for it, and one that drains",
      ),
      predict("refused", equals(0), "the socket is hotpod's"),
      predict("answer", equals(`v${SAVES + 1}`), "the last save wins"),
    ],
    async run(bench, record) {
      const options = { args: ["--standby", "false"] };
      const notices = await underLoad(bench, record, options, async ({ hotpod, saveVersion }) => {
        for (let save = 2; save <= SAVES; save += 1) {
          saveVersion(`v${save}`);
          record.mark(`save ${save - 1}`);
          await bench.clock.wait(BETWEEN_SAVES_MS);
        }
        const last = `v${SAVES + 1}`;
        saveVersion(last);
        const deadline = bench.clock.nowMs() + PATIENCE_MS;
        while ((await answerOf(bench, hotpod.port)) !== last && bench.clock.nowMs() < deadline) {
          await bench.clock.wait(20);
        }
      });
      const most = mostAtOnce(notices);
      record.count("builds", most.builds);
      record.count("generations", most.generations);
    },
  };
}
