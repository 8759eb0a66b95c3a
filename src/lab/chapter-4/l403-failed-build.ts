import { above, atLeast, equals, predict } from "#lab/judge/prediction.js";
import { drawNotices } from "#lab/probe/draw-notices.js";
import { container, httpGet, pod, probe } from "#lab/probe/lab-pod.js";
import { runPod } from "#lab/probe/run-pod.js";
import { nodeService } from "#lab/programs/node-service.js";
import { nodeUnderHotpod } from "#lab/programs/node-under-hotpod.js";
import { RELOADING_SERVICE } from "#lab/programs/reloading-service.js";
import type { Arm, Scenario } from "#lab/scenario.js";

const LIVENESS = { P: 1, F: 3 };
const PATIENCE_MS = 60_000;
/** Until somebody mends the broken save, real ms. */
const MENDED_MS = 2_000;
const CLIENTS = { path: "/", connections: 8, ratePerSecond: 50, thinkMs: 20 };

export const l403: Scenario = {
  id: "L403",
  chapter: 4,
  title: "Answering 503 after a failed build",
  claim: "When a build fails, keep answering 503 until the next one succeeds.",
  story: {
    before:
      "A service that follows this advice gets a broken save, which is mended 2 s later; clients ask, and liveness asks the same path (P 1, F 3). Then the same, and nobody mends it.",
    after:
      "The same broken save under hotpod, with readiness: keep (the default) and readiness: hold; it is mended 2 s later.",
  },
  correction:
    "The outage lasts as long as the mistake, though a good version was running. With liveness on the same path the container is killed after F failures, and what starts then has the same broken source: a crash loop. Keep the old version serving, say what failed, and let readiness tell what is true: a ready version serves.",
  advice: [
    "A failed build is a matter for log, events and metrics, not for traffic.",
    'Never let liveness ask what says "not ready".',
  ],
  rules: ["HP105", "HP205", "HP1004"],
  settings: ["readiness", "probes.listen"],
  needs: ["linux"],
  budgetSeconds: 15,
  timed: true,
  tags: ["traffic", "probes"],
  measures: {
    requests: { about: "requests of the clients", unit: "requests" },
    failed: { about: "requests that failed", unit: "requests" },
    killed: { about: "kills by the liveness probe", unit: "kills" },
    backoffs: { about: "starts that had to wait (CrashLoopBackOff)", unit: "starts" },
    livez: { about: "/livez of hotpod after the broken save", unit: "" },
    readyz: { about: "/readyz of hotpod after the broken save", unit: "" },
    version: { about: "what a client is answered at the end", unit: "" },
  },
  arms: [
    advised("mended", "503 until the next success, mended after 2 s", true),
    advised("never-mended", "503 until the next success, never mended", false),
    hotpodArm("hotpod-keep", "hotpod run, readiness: keep", "keep"),
    hotpodArm("hotpod-hold", "hotpod run, readiness: hold", "hold"),
  ],
  predictions: [],
  verdicts: [
    {
      verdict: "refuted",
      when: [
        predict("mended.failed", above(0), "clients pay for it"),
        predict("hotpod-keep.failed", equals(0), "and need not"),
      ],
    },
    {
      verdict: "confirmed",
      when: [predict("mended.failed", equals(0), "it costs nobody anything")],
    },
  ],
  headline: { before: "mended.failed", after: "hotpod-keep.failed", about: "failed requests" },
  byHand: `mkdir -p /tmp/l403 && cd /tmp/l403
echo 'import http from "node:http"; http.createServer((_, r) => r.end("v1\\n")).listen(8080)' > app.mjs
hotpod run --listen :8080 --recipe none -- node app.mjs & sleep 3
while :; do curl -fsS http://127.0.0.1:8080/ || echo FAILED; sleep 0.1; done &
echo 'no program' > app.mjs; sleep 2
curl -s -o /dev/null -w '%{http_code}\\n' http://127.0.0.1:9247/livez http://127.0.0.1:9247/readyz
# 200 and 200, and not one FAILED`,
};

function advised(name: string, label: string, mended: boolean): Arm {
  return {
    ...{ name, side: "before", label, needs: [] },
    predictions: [
      predict("failed", above(20), "a good version was there, and nobody was served"),
      ...(mended
        ? [predict("version", equals("v3"), "the mended version serves in the end")]
        : [
            predict("killed", atLeast(2), "liveness takes the 503 for a dead service"),
            predict("backoffs", atLeast(1), "and what starts again cannot build either"),
          ]),
    ],
    async run(bench, record) {
      const { clock, files, folder, network } = bench;
      const port = await network.freePort();
      const source = `${folder}/source`;
      const save = (text: string): void => {
        files.write(`${folder}/next`, text);
        files.rename(`${folder}/next`, source);
      };
      save("v1");
      files.write(`${folder}/app.mjs`, RELOADING_SERVICE);
      const env = { SOURCE: source, PORT: `${port}`, HOST: network.host };
      const start = () => bench.processes.start(["node", "app.mjs"], { env });
      // Mended quickly enough, it is not liveness that hurts: so it is asked only where nobody mends.
      const livenessProbe = mended ? null : probe(httpGet(port, "/"), { ...LIVENESS, D: 5 });
      const asked = pod({ containers: [container({ livenessProbe })] });
      const run = runPod({ bench, record, pod: asked, processes: [{ start }] });
      await network.untilAnswered(port, PATIENCE_MS);
      const load = await bench.load({ port, ...CLIENTS });
      await clock.wait(300);
      save("broken");
      record.mark("broken save");
      if (mended) {
        await clock.wait(MENDED_MS);
        save("v3");
        record.mark("mended");
        await clock.wait(500);
      } else await run.log.seen("BackOff", 1, PATIENCE_MS);
      const end = await load.stop();
      run.stop();
      record.count("requests", end.requests);
      record.count("failed", end.failed, end.requests);
      record.count("killed", run.log.count("Killing"));
      record.count("backoffs", run.log.count("BackOff"));
      record.traffic(end.beganMs, end.timeline);
      const answer = await network.ask({ port, path: "/", timeoutMs: PATIENCE_MS });
      record.text("version", answer.kind === "answered" ? answer.body.trim() : "nothing");
    },
  };
}

function hotpodArm(name: string, label: string, readiness: "keep" | "hold"): Arm {
  return {
    ...{ name, side: "after", label, needs: [] },
    predictions: [
      predict("failed", equals(0), "the old version serves until a new one is ready"),
      predict("livez", equals("200"), "nothing is dead"),
      predict(
        "readyz",
        equals(readiness === "keep" ? "200" : "503"),
        readiness === "keep" ? "a ready version serves" : "as asked for, until the next success",
      ),
      predict("version", equals("v3"), "the mended save serves"),
    ],
    async run(bench, record) {
      const service = await nodeUnderHotpod(bench, ["--readiness", readiness]);
      const { hotpod } = service;
      const load = await bench.load({ port: hotpod.port, ...CLIENTS });
      const from = hotpod.notices.items.length;
      service.save("this is no program\n");
      record.mark("broken save");
      const isFailed = (one: { kind: string }): boolean => one.kind === "candidate-failed";
      await hotpod.notices.until("the candidate's end", isFailed, from, PATIENCE_MS);
      const status = async (path: string): Promise<string> => {
        const question = { port: hotpod.probesPort, path, timeoutMs: PATIENCE_MS };
        const end = await bench.network.ask(question);
        return end.kind === "answered" ? `${end.status}` : end.words;
      };
      record.text("livez", await status("/livez"));
      record.text("readyz", await status("/readyz"));
      await bench.clock.wait(MENDED_MS);
      service.save(nodeService("v3"));
      record.mark("mended");
      const isPromoted = (one: { kind: string }): boolean => one.kind === "promoted";
      await hotpod.notices.until("the mended version", isPromoted, from, PATIENCE_MS);
      const end = await load.stop();
      record.count("requests", end.requests);
      record.count("failed", end.failed, end.requests);
      record.traffic(end.beganMs, end.timeline);
      record.text("version", (await service.answer(PATIENCE_MS)) ?? "nothing");
      drawNotices(record, hotpod.notices.items, bench.clock.nowMs());
    },
  };
}
