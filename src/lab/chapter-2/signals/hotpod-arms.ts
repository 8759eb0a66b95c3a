import { equals, predict } from "#lab/judge/prediction.js";
import { drawNotices } from "#lab/probe/draw-notices.js";
import { toldService } from "#lab/programs/signals/told-service.js";
import type { Arm } from "#lab/scenario.js";
import type { LabBench, LabHotpod } from "#ports/lab/lab-bench.js";
import { PATIENCE_MS } from "./signal-try.js";

/** Of a request that keeps a generation alive, which drains. */
const SLOW_MS = 60_000;

/** Signals to hotpod as PID 1, sent by the service, while an older generation drains. */
export function hotpodSignals(): Arm {
  return {
    ...{ name: "hotpod", side: "after", label: "hotpod run as PID 1", needs: [] },
    predictions: [
      predict("refused", equals(0), "kill says nothing, as ever"),
      predict("told", equals(1), "SIGWINCH is not hotpod's: the serving generation gets it, alone"),
      predict("usr1", equals("logged its status"), "SIGUSR1 is hotpod's own"),
      predict("usr2", equals("updated"), "and so is SIGUSR2"),
      predict("meddled", equals(0), "what is for hotpod does not reach the service"),
      predict("arrived", equals(3), "hotpod has a handler for everything"),
      predict("kill9", equals("KILL lives"), "from inside nobody can kill PID 1"),
      predict("code", equals(0), "SIGTERM is drained, and the service's code is hotpod's"),
    ],
    async run(bench, record) {
      const service = await start(bench, []);
      const { hotpod } = service;
      const slow = bench.network.ask({ port: hotpod.port, path: "/slow", timeoutMs: SLOW_MS });
      await service.saying(/^asked$/);
      await service.promotedBy(() => service.save("v2"));
      await service.saying(/^\d+ told SIGTERM$/);
      const answers = [await service.kill("SIGWINCH")];
      await service.saying(/^\d+ told SIGWINCH$/);
      answers.push(await service.kill("SIGUSR1"));
      const logged = await service.saying(/"event":"status"/).catch(() => null);
      answers.push(await service.kill("SIGKILL"));
      const lives = await service.answers();
      let promoted = true;
      await service
        .promotedBy(async () => answers.push(await service.kill("SIGUSR2")))
        .catch(() => {
          promoted = false;
        });
      const said = (words: RegExp): number => hotpod.output.filter((one) => words.test(one)).length;
      record.count("refused", answers.filter((one) => one !== "0").length, answers.length);
      record.count("told", said(/ told SIGWINCH$/), 2);
      record.text("usr1", logged === null ? "nothing" : "logged its status");
      record.text("usr2", promoted ? "updated" : "nothing");
      record.count("meddled", said(/ told SIGUSR[12]$/), 2);
      const told = said(/ told SIGWINCH$/) > 0;
      record.count("arrived", [told, logged !== null, promoted].filter(Boolean).length, 3);
      record.text("kill9", lives ? "KILL lives" : "KILL dead");
      const code = await hotpod.stop();
      record.count("code", typeof code === "number" ? code : -1);
      await slow;
      drawNotices(record, hotpod.notices.items, bench.clock.nowMs());
    },
  };
}

/** A file of configuration changes, and hotpod tells the service of it. */
export function hotpodConfig(): Arm {
  return {
    ...{ name: "hotpod-config", side: "after", label: "hotpod run as PID 1, config.watch" },
    needs: [],
    predictions: [
      predict("told", equals(1), "of two processes, the one that serves"),
      predict("signals", equals("SIGUSR1"), "the signal that the setting names"),
    ],
    async run(bench, record) {
      const { files, folder } = bench;
      const config = `${folder}/limits.json`;
      files.write(config, "1");
      const service = await start(bench, ["--config-watch", `${config}=SIGUSR1`]);
      const { hotpod } = service;
      const slow = bench.network.ask({ port: hotpod.port, path: "/slow", timeoutMs: SLOW_MS });
      await service.saying(/^asked$/);
      await service.promotedBy(() => service.save("v2"));
      await service.saying(/^\d+ told SIGTERM$/);
      files.write(`${folder}/next.json`, "2");
      files.rename(`${folder}/next.json`, config);
      record.mark("the file changes");
      await service.saying(/^\d+ told SIGUSR1$/);
      // Whoever is told later than that was told of something else.
      await service.kill("SIGWINCH");
      await service.saying(/^\d+ told SIGWINCH$/);
      const told = hotpod.output.flatMap((one) => /^\d+ told (SIGUSR\d)$/.exec(one)?.[1] ?? []);
      record.count("told", told.length, 2);
      record.text("signals", [...new Set(told)].join(", ") || "none");
      await hotpod.stop();
      await slow;
      drawNotices(record, hotpod.notices.items, bench.clock.nowMs());
    },
  };
}

interface ToldService {
  readonly hotpod: LabHotpod;
  save(version: string): void;
  /** Does it, and waits until a new generation serves. */
  promotedBy(act: () => unknown): Promise<void>;
  /** Waits until hotpod or its service says so. */
  saying(words: RegExp): Promise<void>;
  /** Has the service send PID 1 that signal; what kill(2) said. */
  kill(name: string): Promise<string>;
  answers(): Promise<boolean>;
}

async function start(bench: LabBench, flags: readonly string[]): Promise<ToldService> {
  const { clock, files, folder, network } = bench;
  const cwd = `${folder}/service`;
  files.makeFolder(cwd);
  const save = (version: string): void => {
    files.write(`${folder}/next.mjs`, toldService(version));
    files.rename(`${folder}/next.mjs`, `${cwd}/app.mjs`);
  };
  save("v1");
  const own = ["--recipe", "none", "--linger", "100ms", "--drain-timeout", "60s", "--grace", "3s"];
  const hotpod = await bench.hotpod({
    ...{ cwd, namespace: "pid", env: { SLOW_MS: `${SLOW_MS}` } },
    args: [...own, ...flags, "--", "node", "app.mjs"],
  });
  const ask = (path: string) => network.ask({ port: hotpod.port, path, timeoutMs: PATIENCE_MS });
  return {
    hotpod,
    save,
    async promotedBy(act) {
      const from = hotpod.notices.items.length;
      await act();
      const isPromoted = (one: { kind: string }): boolean => one.kind === "promoted";
      await hotpod.notices.until("a new generation", isPromoted, from, PATIENCE_MS);
    },
    async saying(words) {
      const deadline = clock.nowMs() + PATIENCE_MS;
      while (!hotpod.output.some((line) => words.test(line))) {
        if (clock.nowMs() > deadline) throw new Error(`nobody said ${words}`);
        await clock.wait(20);
      }
    },
    async kill(name) {
      const end = await ask(`/kill/${name}`);
      return end.kind === "answered" ? end.body.trim() : "no answer";
    },
    answers: async () => (await ask("/")).kind === "answered",
  };
}
