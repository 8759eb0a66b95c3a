import type { ReloadTool, StopStep } from "#model/reload-tool.js";
import { type App, startApp } from "#simulate/life/program/app.js";
import { idleShare } from "#simulate/life/program/plain-program.js";
import type { Content, Program, ProgramHost } from "#simulate/life/program/program.js";
import type { Stage, Then, Tool } from "./tool-state.js";

/** A reload tool as PID 1, by what is known of it: settle, stop, build, start, in the tool's own order. */
export function toolProgram(host: ProgramHost, facts: ReloadTool, first: Content): Program {
  const tool: Tool = {
    ...{ host, facts, stage: { kind: "idle" }, wanted: null, built: first },
    ...{ app: null, old: null, apps: 0, builds: 0, rounds: 0, cause: "start" },
  };
  return {
    start() {
      tool.stage = { kind: "idle" };
      tool.cause = "start";
      const newest = tool.wanted ?? tool.built;
      tool.wanted = null;
      const coldUs = facts.builds ? host.draw("coldBuild") : null;
      if (coldUs === null) startNew(tool, newest, true);
      else build(tool, newest, coldUs);
      show(tool);
    },
    stop: () => leave(tool),
    kill() {
      tool.stage = { kind: "leaving" };
      abandon(tool);
      host.alive(0);
    },
    save: (content) => saved(tool, content),
    hang: () => tool.app?.hang(),
    crash: () => tool.app?.crash(),
    isBuilding: () => tool.stage.kind === "building",
    face: null,
  };
}

function saved(tool: Tool, content: Content): void {
  const { facts, stage } = tool;
  if (stage.kind === "leaving") return;
  const same = (tool.wanted ?? tool.built).id === content.id;
  if (same && facts.contentHash) return;
  const busy =
    stage.kind === "building" || stage.kind === "stopping" || stage.kind === "overlapping";
  if (busy && facts.changeDuringBuild === "ignore") return;
  tool.wanted = content;
  if (stage.kind === "idle") settle(tool);
  else if (stage.kind === "settling") {
    if (facts.settleFrom === "last") settle(tool);
  } else if (stage.kind === "building" && facts.changeDuringBuild !== "queue") {
    if (tool.host.heard) tellBuildEnd(tool, stage, "cancelled");
    settle(tool);
  }
}

function settle(tool: Tool): void {
  tool.rounds += 1;
  const round = tool.rounds;
  tool.stage = { kind: "settling", round };
  const { settleUs } = tool.facts;
  if (tool.host.heard && settleUs > 0) {
    tool.host.tell("tool", { ev: "settle", data: { untilUs: tool.host.now() + settleUs } });
  }
  const go = (): void => {
    if (tool.stage.kind === "settling" && tool.stage.round === round) begin(tool);
  };
  if (settleUs > 0) tool.host.after(settleUs, go);
  else go();
}

function begin(tool: Tool): void {
  if (tool.facts.stopWhen === "beforeBuild") stopOld(tool, "build");
  else buildWanted(tool);
}

function buildWanted(tool: Tool): void {
  const content = tool.wanted ?? tool.built;
  tool.wanted = null;
  build(tool, content, tool.facts.builds ? (tool.host.draw("build") ?? 0) : 0);
}

function build(tool: Tool, content: Content, tookUs: number): void {
  const { host } = tool;
  tool.builds += 1;
  const number = tool.builds;
  const stage = { kind: "building", build: number, content } as const;
  tool.stage = stage;
  if (host.heard)
    host.tell("tool", { ev: "buildStart", data: { build: number, content: content.id } });
  const done = (): void => {
    if (tool.stage !== stage) return;
    const failed = content.outcome.kind === "buildFail";
    if (host.heard) tellBuildEnd(tool, stage, failed ? "failed" : "ok");
    if (failed) buildFailed(tool);
    else built(tool, content);
  };
  if (tookUs > 0) host.after(tookUs, done);
  else done();
}

function tellBuildEnd(
  tool: Tool,
  stage: Extract<Stage, { kind: "building" }>,
  result: "ok" | "failed" | "cancelled",
): void {
  const { build: number, content } = stage;
  tool.host.tell("tool", { ev: "buildEnd", data: { build: number, content: content.id, result } });
}

function built(tool: Tool, content: Content): void {
  tool.built = content;
  switch (tool.facts.stopWhen) {
    case "beforeBuild":
      startNew(tool, content, false);
      return;
    case "afterBuild":
      stopOld(tool, "start");
      return;
    case "afterReady":
      tool.old = tool.app;
      tool.app = null;
      tool.stage = { kind: "overlapping" };
      startNew(tool, content, false);
  }
}

function buildFailed(tool: Tool): void {
  switch (tool.facts.onBuildFail) {
    case "keepOld":
      rest(tool);
      return;
    case "stop":
      stopOld(tool, "rest");
      return;
    case "rerunOld":
      stopOld(tool, "start");
  }
}

/** Sends the tool's own signals, each with its time, until the old program has ended. */
function stopOld(tool: Tool, then: Then): void {
  tool.cause = "swap";
  if (tool.app === null) {
    oldIsGone(tool, then);
    return;
  }
  const stage = { kind: "stopping", then } as const;
  tool.stage = stage;
  ladder(tool, tool.app, tool.facts.stop, () => tool.stage === stage);
}

function ladder(tool: Tool, app: App, steps: readonly StopStep[], goes: () => boolean): void {
  const [step, ...rest] = steps;
  if (step === undefined || app.state === "ended" || !goes()) return;
  if (tool.host.heard) {
    tool.host.tell(
      "tool",
      { ev: "signal", data: { signal: step.signal, to: step.to } },
      app.number,
    );
  }
  app.signal(step.signal);
  if (step.waitUs === null || step.signal === "SIGKILL") return;
  if (step.waitUs === 0) ladder(tool, app, rest, goes);
  else tool.host.after(step.waitUs, () => ladder(tool, app, rest, goes));
}

function oldIsGone(tool: Tool, then: Then): void {
  if (then === "start") startNew(tool, tool.built, false);
  else if (then === "build") buildWanted(tool);
  else rest(tool);
}

function startNew(tool: Tool, content: Content, cold: boolean): void {
  const { host } = tool;
  tool.apps += 1;
  const warm = host.draw("appStart");
  const startUs = (cold ? (host.draw("coldStart") ?? warm) : (warm ?? host.draw("coldStart"))) ?? 0;
  if (host.heard) {
    const why = cold ? "first" : "update";
    host.tell("gen", { ev: "genStart", data: { content: content.id, why } }, tool.apps);
  }
  const overlaps = tool.stage.kind === "overlapping";
  if (!overlaps) tool.stage = { kind: "idle" };
  tool.app = startApp(
    host,
    {
      ...{ number: tool.apps, content, startUs, pidOne: false },
      drainUs: () => host.draw("drain") ?? host.draw("stopTime") ?? 0,
    },
    {
      ready: (app) => isReady(tool, app),
      changed: (app) => changed(tool, app),
      ended: (app, exitCode) => ended(tool, app, exitCode),
    },
  );
  host.alive(tool.old === null ? 1 : 2);
  show(tool);
  if (!overlaps) goOnIfWanted(tool);
}

function isReady(tool: Tool, app: App): void {
  const { host } = tool;
  host.served(app.content);
  if (host.heard)
    host.tell("gen", { ev: "genReady", data: { content: app.content.id } }, app.number);
  if (tool.stage.kind !== "overlapping" || app !== tool.app) return;
  const { old } = tool;
  rest(tool);
  if (old !== null) ladder(tool, old, tool.facts.stop, () => true);
}

function changed(tool: Tool, app: App): void {
  if (app.state === "stopping") tool.host.closeIdle(idleShare(tool.host), "swap");
  if (app.state === "hung") tool.cause = "hang";
  if (app === tool.app) show(tool);
}

function ended(tool: Tool, app: App, exitCode: number): void {
  const { host, facts, stage } = tool;
  if (app === tool.old) {
    tool.old = null;
    host.cut("swap");
    host.alive(tool.app === null ? 0 : 1);
    return;
  }
  if (app !== tool.app) return;
  tool.app = null;
  host.cut(tool.cause);
  host.alive(0);
  if (host.heard) host.tell("gen", { ev: "exited", data: { exitCode, reason: "" } }, app.number);
  show(tool);
  if (stage.kind === "leaving") host.ended(0);
  else if (stage.kind === "stopping") oldIsGone(tool, stage.then);
  else if (facts.onAppExit === "exit") {
    tool.stage = { kind: "leaving" };
    host.ended(exitCode);
  } else {
    tool.cause = "crash";
    show(tool);
    if (facts.onAppExit === "rerun" && stage.kind !== "building") startNew(tool, tool.built, false);
  }
}

/** Nothing is under way any more. */
function rest(tool: Tool): void {
  tool.stage = { kind: "idle" };
  show(tool);
  goOnIfWanted(tool);
}

function goOnIfWanted(tool: Tool): void {
  if (tool.stage.kind === "idle" && tool.wanted !== null) settle(tool);
}

/** The kubelet's stop signal, as far as the tool hands it on. */
function leave(tool: Tool): void {
  const { host, facts, app } = tool;
  if (tool.stage.kind === "leaving") return;
  tool.stage = { kind: "leaving" };
  tool.cause = "stop";
  if (facts.onTerm === null || app === null) {
    abandon(tool);
    host.cut("stop");
    host.alive(0);
    show(tool);
    host.ended(0);
    return;
  }
  ladder(tool, app, facts.onTerm, () => true);
}

/** PID 1 is gone, and with it all there is. */
function abandon(tool: Tool): void {
  tool.app?.abandon();
  tool.old?.abandon();
  tool.app = null;
  tool.old = null;
}

function show(tool: Tool): void {
  const { host, facts, app, old } = tool;
  const serving = app?.mode() === "ok" ? app : (old ?? app);
  const mode = serving?.mode() ?? "closed";
  // Where the tool itself holds the socket, what finds no program waits.
  const held = mode === "closed" && facts.socket === "inherited" && tool.stage.kind !== "leaving";
  host.meet({ mode: held ? "queueing" : mode, cause: mode === "ok" ? null : tool.cause });
}
