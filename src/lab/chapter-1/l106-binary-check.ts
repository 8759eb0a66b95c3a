import { above, atLeast, differs, equals, predict } from "#lab/judge/prediction.js";
import { drawNotices } from "#lab/probe/draw-notices.js";
import { GO_SERVICE, versionTrailer } from "#lab/programs/go-service.js";
import type { Arm, Scenario } from "#lab/scenario.js";
import { hotpodService } from "./hotpod-service.js";
import { byMvAcross, byRename, byRmAndCp, type Method, replacedFile } from "./replaced-file.js";

const PATIENCE_MS = 60_000;
const ASKS = 20;

export const l106: Scenario = {
  id: "L106",
  chapter: 1,
  title: "A reload tool that checks whether the program is there",
  claim:
    "The reload tool must run with --skip-binary-check, or it fails while the program is replaced.",
  story: {
    before:
      "A model of a tool that looks again and again whether its program is there, while the program is replaced by rename, by mv from another file system and by rm and cp. Then the same with the check skipped and a candidate that really is broken: a file that was cut off.",
    after: "hotpod gets ten good versions and then the same broken file, while a client asks.",
  },
  correction:
    "The false alarms come from ways of replacing that leave the name empty for a moment; with a rename there are none. Skipping the check hides that and opens something worse: a broken file is started in the place of the service. Check the candidate under a name of its own, before anything is stopped.",
  advice: [
    "Replace by rename, and leave the check on.",
    "Check what is to be started (whole file, right machine, loader present) before the old one is stopped.",
  ],
  rules: ["HP502", "HP1001", "HP1005"],
  settings: ["recipe", "artifact", "probation", "rollback"],
  needs: ["linux"],
  budgetSeconds: 15,
  timed: false,
  tags: ["files", "quick"],
  measures: {
    checks: { about: "looks at whether the program is there", unit: "looks" },
    alarms: { about: "false alarms: it was being replaced", unit: "looks" },
    asks: { about: "requests of a client after the broken save", unit: "requests" },
    unanswered: { about: "requests without an answer", unit: "requests" },
    end: { about: "how the broken candidate ended", unit: "" },
    updates: { about: "good updates that came to serve", unit: "updates" },
    refused: {
      about: "candidates that were refused before anything was stopped",
      unit: "candidates",
    },
  },
  arms: [
    checking("rename", "rename on the same file system", byRename, false),
    {
      ...checking("mv-across", "mv from another file system", byMvAcross, true),
      needs: ["second-fs"],
    },
    checking("rm-cp", "rm, then cp", byRmAndCp, true),
    checkSkipped(),
    hotpodArm(),
  ],
  predictions: [],
  verdicts: [
    {
      verdict: "confirmed-with-correction",
      when: [
        predict("rename.alarms", equals(0), "with a rename the check never fails"),
        predict("rm-cp.alarms", above(0), "with other ways it does"),
      ],
    },
    {
      verdict: "confirmed",
      when: [predict("rename.alarms", above(0), "the check fails however one replaces")],
    },
    { verdict: "refuted", when: [predict("rm-cp.alarms", equals(0), "the check never fails")] },
  ],
  headline: {
    before: "check-skipped.unanswered",
    after: "hotpod.unanswered",
    about: `of ${ASKS} requests lost to a broken candidate`,
  },
  byHand: `mkdir -p /tmp/l106 && cd /tmp/l106 && cp /bin/sleep new && cp new main
while :; do rm -f main; cp new main; done &
for i in $(seq 2000); do [ -e main ] || echo "missing at look $i"; done; kill %1
head -c 20000 new > main; chmod +x main; ./main 1; echo "a broken file ends with $?"`,
};

function checking(name: string, label: string, replace: Method, alarms: boolean): Arm {
  return {
    ...{ name, side: "before", label, needs: [] },
    predictions: [
      predict("checks", atLeast(100), "fewer looks would prove nothing"),
      alarms
        ? predict("alarms", above(0), "for a moment there is no file under that name")
        : predict("alarms", equals(0), "the name always leads to a file"),
    ],
    async run(bench, record) {
      const file = replacedFile(bench);
      const deadline = bench.clock.nowMs() + 4_000;
      let [checks, missing, rounds] = [0, 0, 0];
      const over = (): boolean =>
        bench.clock.nowMs() > deadline || (checks >= 500 && rounds >= 100);
      const looking = async (): Promise<void> => {
        while (!over()) {
          checks += 1;
          if (bench.files.facts(file.path) === null) missing += 1;
          await bench.clock.wait(1);
        }
      };
      const replacing = async (): Promise<void> => {
        for (; !over(); rounds += 1) await replace(bench, file, rounds);
      };
      await Promise.all([looking(), replacing()]);
      record.count("checks", checks);
      record.count("alarms", missing, checks);
    },
  };
}

/** Stop the old one, start what lies there: what a tool does that was told not to look. */
function checkSkipped(): Arm {
  return {
    ...{ name: "check-skipped", side: "before", label: "check skipped, broken candidate" },
    needs: ["go"],
    predictions: [
      predict("unanswered", equals(ASKS), "the old one is stopped and the new one cannot run"),
      predict("end", differs("0"), "the kernel refuses it, or it ends by a signal"),
    ],
    async run(bench, record) {
      const { files, folder, network, processes } = bench;
      const program = await bench.goProgram("service", GO_SERVICE);
      const main = `${folder}/main`;
      files.copy(program, main);
      files.append(main, versionTrailer("v1"));
      const port = await network.freePort();
      const env = { PORT: `${port}`, HOST: network.host };
      const old = await processes.start([main], { env });
      await network.untilAnswered(port, PATIENCE_MS);
      files.copy(program, `${folder}/next`);
      files.truncate(`${folder}/next`, 20_000);
      files.rename(`${folder}/next`, main);
      record.mark("broken save");
      old.signal("SIGTERM");
      await old.exited;
      const end = await processes.run([main], { env, timeoutMs: 5_000 });
      record.text("end", end.failure ?? end.signal ?? `${end.code}`);
      let unanswered = 0;
      for (let ask = 0; ask < ASKS; ask += 1) {
        const answer = await network.ask({ port, path: "/", timeoutMs: PATIENCE_MS });
        if (answer.kind !== "answered") unanswered += 1;
      }
      record.count("asks", ASKS);
      record.count("unanswered", unanswered, ASKS);
    },
  };
}

function hotpodArm(): Arm {
  return {
    ...{ name: "hotpod", side: "after", label: "hotpod run, ten good versions, then a broken one" },
    needs: ["go"],
    predictions: [
      predict("alarms", equals(0), "a candidate is looked at under a name of its own"),
      predict("updates", equals(10), "every good version came to serve"),
      predict("refused", atLeast(1), "a candidate that ends before it is ready never serves"),
      predict("unanswered", equals(0), "the generation before was never stopped"),
    ],
    async run(bench, record) {
      const service = await hotpodService(bench);
      const { notices, port } = service.hotpod;
      const program = await bench.goProgram("service", GO_SERVICE);
      let updates = 0;
      for (; updates < 10; updates += 1) await service.update(`v${updates + 2}`);
      const isRefused = ({ kind }: { kind: string }): boolean =>
        kind === "build-failed" || kind === "candidate-failed";
      record.count("updates", updates);
      record.count("alarms", notices.items.filter(isRefused).length, updates);
      const from = notices.items.length;
      record.mark("broken save");
      service.save((path) => {
        bench.files.copy(program, path);
        bench.files.truncate(path, 20_000);
      });
      await notices.until("refusal", isRefused, from, PATIENCE_MS);
      let unanswered = 0;
      for (let ask = 0; ask < ASKS; ask += 1) {
        const answer = await bench.network.ask({ port, path: "/", timeoutMs: PATIENCE_MS });
        if (answer.kind !== "answered") unanswered += 1;
      }
      const refusal = notices.items.slice(from).filter(isRefused);
      record.count("refused", refusal.length);
      record.count("asks", ASKS);
      record.count("unanswered", unanswered, ASKS);
      const [one] = refusal;
      record.text("end", one?.kind === "build-failed" ? one.failure.kind : (one?.kind ?? "none"));
      drawNotices(record, notices.items, bench.clock.nowMs());
    },
  };
}
