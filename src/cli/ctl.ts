import { nearest } from "#base/nearest.js";
import { UserError } from "#base/user-error.js";
import {
  askControl,
  type ControlAnswer,
  type ControlError,
  followControl,
} from "#edge/http/control-client.js";
import { findSurroundings } from "#edge/surroundings.js";
import type { Wait } from "#push/waits.js";
import { eventText } from "#report/event-text.js";
import { policyText } from "#report/policy-text.js";
import { configText } from "#report/push/config-text.js";
import { waitedText } from "#report/push/push-text.js";
import { statusText } from "#report/status-text.js";
import type { CommandContext } from "./command-line.js";
import { loadSettings } from "./load-settings.js";
import { awaitConfig, readWaits } from "./push/await-config.js";
import { readTimeout } from "./push/read-timeout.js";
import { asksForHelp, asksForJson, formatted, parse } from "./run-options.js";

const TIMEOUT_MS = 5_000;

/** What can be asked or told, and how its answer reads. */
const REQUESTS = {
  status: { method: "GET", doc: "What serves, what is under way, and why", text: statusText },
  events: { method: "GET", doc: "What happened lately; --follow goes on", text: null },
  policy: {
    method: "GET",
    doc: "The settings that count, and where they come from",
    text: policyText,
  },
  config: {
    method: "GET",
    doc: "The configuration followed, and what became of its newest content",
    text: configText,
  },
  reload: { method: "POST", doc: "Update now, also when nothing changed", text: null },
  promote: { method: "POST", doc: "Give a canary everything now", text: null },
  rollback: { method: "POST", doc: "Put the previous artifact back; end a canary", text: null },
  pause: { method: "POST", doc: "Notice changes, but do not act on them", text: null },
  resume: { method: "POST", doc: "Act on changes again", text: null },
} as const;
type RequestName = keyof typeof REQUESTS;

/** `hotpod ctl`: talks to the hotpod that runs here. Exit code 1 when there is none. */
export async function ctlCommand(context: CommandContext): Promise<number> {
  const options = readOptions(context.argv);
  if (options.request === null) {
    context.out.write(ctlHelp());
    return 0;
  }
  const around = findSurroundings();
  const flags = new Map(
    options.socket === null ? [] : [["control.socket" as const, [options.socket]]],
  );
  const { places } = await loadSettings({ flags, command: [] }, around);
  const socket = places.controlSocket;
  const write = (text: string): void => context.out.write(text);
  if (options.request === "events") {
    const line = (json: string): void => write(options.json ? json : eventText(json));
    if (options.follow) {
      const ended = await followControl(socket, line);
      if (!ended.ok) throw unreachable(ended.error, socket);
      return 0;
    }
    const answer = await ask(socket, "GET", "/events");
    for (const one of answer.body.split("\n")) if (one !== "") line(one);
    return 0;
  }
  if (options.request === "config" && options.waits.length > 0) {
    const { waited, good } = await awaitConfig(socket, options.waits, options.timeoutMs);
    write(options.json ? JSON.stringify(waited) : waited.map(waitedText).join("\n"));
    return good ? 0 : 1;
  }
  const { method, text } = REQUESTS[options.request];
  const answer = await ask(socket, method, `/${options.request}`);
  if (options.json) write(answer.body.trimEnd());
  else write(text === null ? `${options.request}: accepted` : text(JSON.parse(answer.body)));
  return 0;
}

export function ctlHelp(): string {
  return [
    "hotpod ctl <request> [--format text|json]",
    "",
    ...Object.entries(REQUESTS).map(([name, { doc }]) => `  ${name.padEnd(10)} ${doc}`),
    "",
    "  --json                    the same as --format json",
    "  --wait <path=hash>        with config: until the path has that content and it counts; != any other",
    "  --timeout <duration>      of --wait; 30s unless set",
    "  --follow                  with events: print what happens from now on, too",
    "  --control-socket <path>   of a hotpod that was started elsewhere or with --store-dir",
    "",
    "Run it in the folder (in a pod: the container) where hotpod runs, as the same user.",
  ].join("\n");
}

interface CtlOptions {
  /** null: help was asked for. */
  readonly request: RequestName | null;
  readonly json: boolean;
  readonly follow: boolean;
  readonly waits: readonly Wait[];
  readonly timeoutMs: number;
  readonly socket: string | null;
}

function readOptions(argv: readonly string[]): CtlOptions {
  const parser = formatted("ctl")
    .argument("[request]")
    .option("--follow")
    .option("--wait <path=hash>", "", (one: string, all: string[]) => [...all, one], [])
    .option("--timeout <duration>", "", "30s")
    .option("--control-socket <path>");
  parse(parser, argv);
  const { follow, controlSocket, wait, timeout } = parser.opts();
  const [name] = parser.args;
  return {
    request: asksForHelp(parser) || name === undefined ? null : requestNamed(name),
    json: asksForJson(parser),
    follow: follow === true,
    waits: readWaits(wait as string[]),
    timeoutMs: readTimeout(String(timeout)),
    socket: typeof controlSocket === "string" ? controlSocket : null,
  };
}

function requestNamed(name: string): RequestName {
  const names = Object.keys(REQUESTS) as RequestName[];
  const found = names.find((one) => one === name);
  if (found !== undefined) return found;
  if (name === "logs") {
    throw new UserError({
      code: "no-logs",
      message: "hotpod keeps no logs: the service's output passes through unchanged",
      hint: "Read them where they go: the terminal, or kubectl logs. hotpod's own events: hotpod ctl events",
    });
  }
  const near = nearest(name, names);
  throw new UserError({
    code: "unknown-request",
    message: `there is no request "${name}"`,
    hint: near === null ? `Requests: ${names.join(", ")}.` : `Did you mean "hotpod ctl ${near}"?`,
  });
}

async function ask(socket: string, method: "GET" | "POST", path: string): Promise<ControlAnswer> {
  const answer = await askControl(socket, method, path, TIMEOUT_MS);
  if (!answer.ok) throw unreachable(answer.error, socket);
  if (answer.value.code < 300) return answer.value;
  const { code, body } = answer.value;
  const [message, hint] =
    code === 409
      ? [(JSON.parse(body) as { error: string }).error, "See hotpod ctl status."]
      : [body.trim(), "Is it of another version than this one?"];
  throw new UserError({
    code: "request-refused",
    message: `the hotpod that runs here refused: ${message}`,
    hint,
    exitCode: 1,
  });
}

function unreachable(error: ControlError, socket: string): UserError {
  const about = (message: string, hint: string): UserError =>
    new UserError({ code: "no-hotpod-here", message, hint, exitCode: 1 });
  switch (error.kind) {
    case "absent":
      return about(
        `no hotpod runs here: ${socket} does not exist`,
        "Go to the folder where it runs, or name its socket: --control-socket PATH",
      );
    case "refused":
      return about(
        `no hotpod runs here: nobody listens on ${socket} any more`,
        "It was killed; the next `hotpod run` replaces the file.",
      );
    case "forbidden":
      return about(`${socket} belongs to another user`, "Become the user that hotpod runs as.");
    case "no-answer":
      return about(`hotpod does not answer on ${socket}: ${error.detail}`, "Look at its log.");
  }
}
