import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { configFileOf, readTool, toolInCommand } from "#manifest/tools/read-tool.js";
import { readToolFile } from "#manifest/tools/tool-file.js";
import type { ReloadTool } from "#model/reload-tool.js";

function tool(text: string, config?: { file: string; text: string }): ReloadTool {
  const read = readTool(text, config ?? null, "--tool");
  assert.ok(read.ok, JSON.stringify(read));
  assert.deepEqual(read.value.problems, []);
  return read.value.tool;
}

function said(text: string, config?: { file: string; text: string }): string[] {
  const read = readTool(text, config ?? null, "--tool");
  const problems = read.ok ? read.value.problems : [read.error];
  return problems.map(({ where, what, hint }) => `${where}: ${what}. ${hint}`);
}

const stops = ({ stop }: ReloadTool): string[] =>
  stop.map(({ signal, waitUs, to }) => `${signal} ${to} ${waitUs === null ? "∞" : waitUs / 1e6}`);

describe("tools by name and version", () => {
  test("air changed its order in 1.65.2", () => {
    assert.equal(tool("air").stopWhen, "afterBuild");
    assert.equal(tool("air@1.65.2").stopWhen, "afterBuild");
    assert.equal(tool("air@v1.61.7").stopWhen, "beforeBuild");
    assert.equal(tool("air-old").stopWhen, "beforeBuild");
    assert.equal(tool("air@1.61.7").versions, "1.61.7");
  });

  test("an unknown tool or version is never guessed", () => {
    assert.deepEqual(said("ari"), [
      '--tool: unknown tool "ari". Did you mean "air"? Or a file that describes one: --tool FILE.',
    ]);
    assert.deepEqual(said("air@1.2"), [
      "--tool: nothing is known of air 1.2. Known: air ≥1.65.2 and <1.65.2. What another version does can be said in a file: --tool FILE.",
    ]);
    assert.deepEqual(said("air@new"), ['--tool: "new" is no version. Write air@1.65.2.']);
    assert.match(
      said("supervisord")[0] ?? "",
      /^--tool: unknown tool "supervisord"\. Known: hotpod, air, /,
    );
    assert.deepEqual(said("air 'x"), ["--tool: air 'x: a quote is not closed. Close it."]);
  });
});

describe("air", () => {
  const config = (text: string) => ({ file: ".air.toml", text });

  test("its configuration file says what it does", () => {
    const toml = `root = "."
[build]
  cmd = "go build -o ./tmp/main ."
  delay = 200
  send_interrupt = true
  kill_delay = "2s"
  exclude_unchanged = true
  stop_on_error = true
  rerun = true
`;
    const air = tool("air", config(toml));
    assert.equal(air.settleUs, 200_000);
    assert.equal(air.contentHash, true);
    assert.equal(air.onBuildFail, "stop");
    assert.equal(air.onAppExit, "rerun");
    assert.deepEqual(stops(air), ["SIGINT tree 2", "SIGKILL tree 0"]);
    assert.deepEqual(air.onTerm, air.stop);
    const read = readTool("air", config(toml), "--tool");
    assert.deepEqual(read.ok && read.value.changes[0], {
      ...{ name: "build.delay", value: "200 ms", source: ".air.toml:4:3" },
    });
  });

  test("kill_delay: small numbers are milliseconds, larger ones nanoseconds; without send_interrupt it is nothing", () => {
    const wait = (kill: string): number | null | undefined =>
      tool("air", config(`[build]\nsend_interrupt = true\nkill_delay = ${kill}\n`)).stop[0]?.waitUs;
    assert.equal(wait("500"), 500_000);
    assert.equal(wait("500000000"), 500_000);
    assert.equal(wait('"1.5s"'), 1_500_000);
    assert.equal(wait('"250"'), 250_000);
    assert.deepEqual(stops(tool("air", config("[build]\nkill_delay = 500\n"))), ["SIGKILL tree 0"]);
    assert.deepEqual(stops(tool("air", config("[build]\nsend_interrupt = true\n"))), [
      "SIGINT tree 0",
      "SIGKILL tree 0",
    ]);
  });

  test("a delay of 0 is not honoured", () => {
    assert.equal(tool("air", config("[build]\ndelay = 0\n")).settleUs, 1_000_000);
  });

  test("flags win over the file", () => {
    const toml = config("[build]\ndelay = 200\n");
    assert.equal(tool("air --build.delay 50 -c .air.toml", toml).settleUs, 50_000);
    assert.equal(configFileOf(["air", "-c", "x/.air.toml"]), "x/.air.toml");
    assert.equal(tool("air --build.stop_on_error true").onBuildFail, "stop");
  });

  test("says what is wrong", () => {
    assert.deepEqual(said("air", config("[build\ndelay = 1\n"))[0]?.slice(0, 13), ".air.toml:1:7");
    assert.deepEqual(said("air", config("[build]\ndelay = '1s'\n")), [
      '.air.toml:2:1: build.delay "1s" is no number. air refuses it as well.',
    ]);
    assert.deepEqual(said("air", config("[build]\nsend_interrupt = true\nkill_delay = 'soon'\n")), [
      '.air.toml:3:1: build.kill_delay "soon" is no duration. Write "500ms", or a number of milliseconds.',
    ]);
  });
});

describe("the others", () => {
  test("CompileDaemon", () => {
    assert.deepEqual(stops(tool("CompileDaemon -build='go build' -command=./app")), [
      "SIGKILL process 0",
    ]);
    const graceful = tool("CompileDaemon -graceful-kill=true -graceful-timeout 5 -command-stop");
    assert.deepEqual(stops(graceful), ["SIGTERM process 5", "SIGKILL process 0"]);
    assert.equal(graceful.stopWhen, "beforeBuild");
  });

  test("reflex", () => {
    const reflex = tool(`reflex -r '\\.go$' -s -t 2s -- sh -c 'go build -o app . && exec ./app'`);
    assert.deepEqual(stops(reflex), ["SIGINT group 2", "SIGKILL group 0"]);
    assert.equal(reflex.builds, true);
    assert.equal(tool("reflex -sr '\\.go$' ./app").builds, false);
    assert.deepEqual(said("reflex -r '\\.go$' go run ."), [
      "--tool: reflex without -s waits until the service ends by itself, so it never updates it. Add -s (--start-service).",
    ]);
    const rows = {
      file: "reflex.conf",
      text: "# rows\n-g '*.css' -- make css\n-sr '\\.go$' -t 1s -- go run .\n",
    };
    assert.deepEqual(stops(tool("reflex", rows)), ["SIGINT group 1", "SIGKILL group 0"]);
    assert.equal(configFileOf(["reflex", "-c", "reflex.conf"]), "reflex.conf");
  });

  test("wgo", () => {
    const wgo = tool("wgo run -exit -debounce 10ms .");
    assert.deepEqual([wgo.onAppExit, wgo.settleUs, wgo.builds], ["exit", 10_000, true]);
    assert.equal(tool("wgo -file .py python3 app.py").builds, false);
    assert.deepEqual(said("wgo run -debounce soon ."), [
      "--tool: -debounce soon is no duration. Write -debounce 300ms.",
    ]);
  });

  test("nodemon", () => {
    const file = {
      file: "nodemon.json",
      text: '{"delay": 2500, "signal": "SIGTERM", "exec": "node server.js"}',
    };
    const nodemon = tool("nodemon", file);
    assert.deepEqual(stops(nodemon), ["SIGTERM tree ∞"]);
    assert.deepEqual([nodemon.settleUs, nodemon.builds], [2_500_000, false]);
    const inPackage = { file: "package.json", text: '{"nodemonConfig": {"exitCrash": true}}' };
    assert.equal(tool("nodemon", inPackage).onAppExit, "exit");
    const flags = tool("nodemon --signal SIGHUP -d 1.5 -x 'go build -o app . && ./app' -e go");
    assert.deepEqual(
      [stops(flags)[0], flags.settleUs, flags.builds],
      ["SIGHUP tree ∞", 1_500_000, true],
    );
    assert.deepEqual(said("nodemon --signal SIGFOO server.js"), [
      "--tool: SIGFOO is not a signal that is simulated. One of SIGTERM, SIGINT, SIGKILL, SIGUSR2, SIGHUP.",
    ]);
  });

  test("entr, watchexec, fresh", () => {
    assert.equal(tool("entr -rz ./run.sh").onAppExit, "exit");
    assert.match(said("entr ./app")[0] ?? "", /entr without -r does not restart/);
    const watchexec = tool(
      "watchexec -r --stop-signal SIGINT --stop-timeout 3s --socket 8080 -e go -- go run .",
    );
    assert.deepEqual(stops(watchexec), ["SIGINT group 3", "SIGKILL group 0"]);
    assert.equal(watchexec.socket, "inherited");
    assert.match(said("watchexec -- go run .")[0] ?? "", /watchexec without -r/);
    const runner = { file: "runner.conf", text: "root: .\nbuild_delay: 100\n" };
    assert.equal(tool("fresh", runner).settleUs, 100_000);
    assert.deepEqual(said("wgo", { file: "wgo.toml", text: "" }), [
      "wgo.toml: wgo has no configuration file that changes what it does. Give its command line: --tool 'NAME FLAGS…'.",
    ]);
  });
});

test("the tool of a container's command, behind shells and inits", () => {
  const found = (...command: string[]): string | null => toolInCommand(command)?.join(" ") ?? null;
  assert.equal(found("air", "-c", ".air.toml"), "air -c .air.toml");
  assert.equal(found("/go/bin/air"), "/go/bin/air");
  assert.equal(found("tini", "--", "air"), "air");
  assert.equal(found("sh", "-c", "cd /src && exec reflex -s -- go run ."), "reflex -s -- go run .");
  assert.equal(found("npx", "nodemon", "server.js"), "nodemon server.js");
  assert.equal(found("./app"), null);
  assert.equal(found("sh", "run.sh"), null);
});

describe("readToolFile", () => {
  const read = (text: string) => readToolFile(text, "mine.yaml");
  const complaints = (text: string): string[] => {
    const result = read(text);
    assert.ok(!result.ok);
    return result.error.map(({ where, what, hint }) => `${where}: ${what}. ${hint}`);
  };

  test("a tool from its fields", () => {
    const result = read(`name: mine
settle: 300ms
settleFrom: first
stopWhen: afterReady
stop: [{signal: SIGTERM, wait: 10s, to: group}, {signal: SIGKILL, wait: 0}]
buildOut: immutable
builds: true
onBuildFail: keepOld
onAppExit: rerun
onTerm: null
socket: inherited
changeDuringBuild: queue
livenessBy: supervisor
overlap: yes
`);
    assert.ok(result.ok, JSON.stringify(result));
    assert.equal(result.value.settleUs, 300_000);
    assert.equal(result.value.onTerm, null);
    assert.equal(result.value.overlap, true);
    assert.deepEqual(stops(result.value), ["SIGTERM group 10", "SIGKILL process 0"]);
  });

  test("like a known one", () => {
    const result = read("{like: air, name: tuned air, settle: 0.1}");
    assert.ok(result.ok);
    assert.deepEqual(
      [result.value.name, result.value.settleUs, result.value.stopWhen],
      [...["tuned air", 100_000, "afterBuild"]],
    );
  });

  test("says what is wrong or missing", () => {
    const FORM =
      "A tool is {name, settle: 300ms, settleFrom: last, stopWhen: beforeBuild, stop: [{signal: SIGTERM, wait: 10s, to: group}], …}, or {like: air, settle: 300ms}.";
    assert.deepEqual(complaints("like: air\nsetle: 1s\n"), [
      'mine.yaml:2:1: unknown key "setle". Did you mean "settle"?',
    ]);
    assert.deepEqual(complaints("like: air\nstopWhen: later\n"), [
      `mine.yaml:2:1: stopWhen: "later" is not beforeBuild or afterBuild or afterReady. ${FORM}`,
    ]);
    assert.match(
      complaints("like: air\nstop: [{signal: SIGFOO}]\n")[0] ?? "",
      /^mine\.yaml:2:1: stop: /,
    );
    assert.deepEqual(complaints("name: mine\nsettle: 1s\nbuilds: true\nstopWhen: afterBuild\n"), [
      "mine.yaml: what the tool does is not said by settleFrom, stop, buildOut, onBuildFail, onAppExit, onTerm, socket, changeDuringBuild, livenessBy. Say it, or name a known tool: like: air.",
    ]);
    assert.match(complaints("like: ari\n")[0] ?? "", /^mine\.yaml:1:1: unknown tool "ari"/);
    assert.deepEqual(complaints("[1]"), [`mine.yaml: it describes no tool. ${FORM}`]);
  });
});
