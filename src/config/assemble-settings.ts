import type { Policy } from "./policy.js";
import { resolvePlaces } from "./resolve-places.js";
import type { Get } from "./resolve-settings.js";
import type { Recipe, Settings } from "./settings.js";
import { absolute, type Surroundings } from "./surroundings.js";

/** Puts the values together into what the program works with. All required keys have a default in the table. */
export function assembleSettings(
  get: Get,
  recipe: Recipe,
  command: readonly string[],
  around: Surroundings,
): Omit<Settings, "listenNamed"> {
  const { cwd } = around;
  const here = (path: string): string => absolute(cwd, path);
  const { storeDir, controlSocket } = resolvePlaces(get, around);
  const artifact = get("artifact");
  const probes = get("probes.listen") ?? "none";
  const { imageProgram, args } = splitCommand(recipe, command, around);
  return {
    policy: assemblePolicy(get),
    cwd,
    recipe,
    args,
    imageProgram,
    build: {
      package: get("package"),
      command: get("build.command") ?? [],
      args: get("build.args") ?? [],
      env: get("build.env") ?? {},
      before: get("build.before") ?? [],
      timeoutMs: required(get("build.timeout")),
    },
    artifact: artifact === null ? null : here(artifact),
    envFiles: (get("env.files") ?? []).map(here),
    watch: (get("watch") ?? []).map(here),
    ignore: get("ignore") ?? [],
    poll: get("poll") ?? "auto",
    listen: required(get("listen")),
    handover: get("handover") ?? "auto",
    configWatch: (get("config.watch") ?? []).map((rule) => ({
      ...rule,
      path: absolute(around.cwd, rule.path),
    })),
    proxy: {
      protocol: get("proxy.protocol") ?? "auto",
      forwarded: required(get("proxy.forwarded")),
      header: get("proxy.header") ?? "none",
      queue: required(get("proxy.queue")),
    },
    ready: { http: get("ready.http") },
    liveness: { http: get("liveness.http") },
    store: { dir: storeDir, keep: required(get("store.keep")) },
    probesListen: probes === "none" ? null : probes,
    controlSocket,
    log: {
      format: logFormat(get, around),
      level: get("log.level") ?? "info",
    },
    terminal: around.terminal,
  };
}

function assemblePolicy(get: Get): Policy {
  const handover = get("handover");
  return {
    debounceMs: required(get("debounce")),
    starveLimitMs: required(get("starveLimit")),
    buildTimeoutMs: required(get("build.timeout")),
    readyTimeoutMs: required(get("ready.timeout")),
    readyHttp: get("ready.http") !== null,
    lingerMs: required(get("linger")),
    drainTimeoutMs: required(get("drain.timeout")),
    maxDraining: required(get("maxDraining")),
    canary: { percent: required(get("canary")), forMs: required(get("canaryFor")) },
    probationMs: required(get("probation")),
    rollback: required(get("rollback")),
    standby: required(get("standby")),
    liveness:
      get("liveness.http") === null
        ? null
        : {
            periodMs: required(get("liveness.period")),
            failures: required(get("liveness.failures")),
          },
    readiness: get("readiness") ?? "keep",
    crash: {
      restarts: required(get("crash.restarts")),
      windowMs: required(get("crash.window")),
    },
    memory: {
      headroom: required(get("memory.headroom")),
      policy: get("memory.policy") ?? "restart",
    },
    paused: required(get("paused")),
    graceMs: required(get("grace")),
    shutdownDelayMs: required(get("shutdown.delay")),
    boot: get("boot") ?? "image",
    handover: handover === null || handover === "auto" ? "inherit" : handover,
  };
}

/** What stands after `--`: a whole command, a program and its arguments, or arguments alone. */
function splitCommand(
  recipe: Recipe,
  command: readonly string[],
  around: Surroundings,
): { imageProgram: string | null; args: readonly string[] } {
  const [program, ...rest] = command;
  const takesProgram = recipe === "artifact" || recipe === "command";
  if (!takesProgram || program === undefined || program.startsWith("-")) {
    return { imageProgram: null, args: command };
  }
  const found = around.findProgram(program) ?? absolute(around.cwd, program);
  return { imageProgram: found, args: rest };
}

function logFormat(get: Get, around: Surroundings): "pretty" | "json" {
  const set = get("log.format") ?? "auto";
  return set !== "auto" ? set : around.logTerminal ? "pretty" : "json";
}

function required<T>(value: T | null): T {
  if (value === null) throw new Error("invariant broken: a setting without a default");
  return value;
}
