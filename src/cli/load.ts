import { Command } from "commander";
import { parseDuration } from "#base/time.js";
import { UserError } from "#base/user-error.js";
import { type LoadPlan, targetOf } from "#edge/load/load-plan.js";
import type { LoadProcess } from "#edge/load/load-process.js";
import type { LoadSummary } from "#edge/load/load-summary.js";
import type { BodyProof } from "#edge/load/read-version.js";
import { startLoad } from "#edge/load/start-load.js";
import { parse } from "./run-options.js";

/**
 * `hotpod load`: a load generator in a process of its own, so that it cannot disturb the supervisor it measures. Prints
 * JSON lines: `began`, each `version` when first seen, `progress`, at the end `summary`. Exit code 1: a request failed.
 */
export async function loadCommand(argv: readonly string[], self: LoadProcess): Promise<number> {
  const options = readOptions(argv);
  if (options === null) {
    self.print(`${loadHelp()}\n`);
    return 0;
  }
  const line = (value: object): void => self.print(`${JSON.stringify(value)}\n`);
  line({ kind: "began", monotonicMs: self.monotonicMs() });
  const run = startLoad(options.plan, (version, atMs) => line({ kind: "version", version, atMs }));
  if (options.progressMs !== null) {
    self.every(options.progressMs, () => line({ kind: "progress", ...run.counts() }));
  }
  await self.untilStopped({
    durationMs: options.durationMs,
    stdinCloses: options.stopOnStdinClose,
  });
  const summary: LoadSummary = await run.stop();
  line({ kind: "summary", ...summary });
  return summary.failed === 0 ? 0 : 1;
}

/** As they were written. */
interface LoadFlags {
  readonly help?: true;
  readonly url: string;
  readonly connections: string;
  readonly rate: string;
  readonly think: string;
  readonly timeout: string;
  readonly duration?: string;
  readonly progress?: string;
  readonly stopOnStdinClose?: true;
  readonly proof: string;
  readonly allowAddress?: string;
}

interface LoadOptions {
  readonly plan: LoadPlan;
  readonly durationMs: number | null;
  readonly progressMs: number | null;
  readonly stopOnStdinClose: boolean;
}

export function loadHelp(): string {
  return [
    "hotpod load [flags]",
    "",
    "  --url <url>               What is asked; of this machine's loopback (http://127.0.0.1:8080/)",
    "  --connections <n>         Kept-alive connections (32)",
    "  --think <time>            Their pause between an answer and the next request (0)",
    "  --rate <n>                New connections a second, one request each (200)",
    "  --timeout <time>          An answer that comes later has failed (10s)",
    "  --duration <time>         How long; without it until SIGINT or SIGTERM",
    "  --stop-on-stdin-close     Or until standard input ends",
    "  --progress <time>         Print the counts that often",
    "  --proof <how>             When a body is whole: length, end or checksum (length)",
    "  --allow-address <host>    The one other address that may be asked: a test service of your own",
    "",
    "Prints JSON lines: began, each version when first seen, progress, and at the end a summary.",
    "Exit code 1: a request failed.",
  ].join("\n");
}

/** null: help was asked for. */
function readOptions(argv: readonly string[]): LoadOptions | null {
  const parser = new Command("load")
    .helpOption(false)
    .allowExcessArguments(false)
    .option("-h, --help")
    .option("--url <url>", "", "http://127.0.0.1:8080/")
    .option("--connections <n>", "", "32")
    .option("--rate <n>", "", "200")
    .option("--think <time>", "", "0")
    .option("--timeout <time>", "", "10s")
    .option("--duration <time>")
    .option("--progress <time>")
    .option("--stop-on-stdin-close")
    .option("--proof <how>", "", "length")
    .option("--allow-address <host>");
  parse(parser, argv);
  const values = parser.opts<LoadFlags>();
  if (values.help === true) return null;
  const optional = (name: "duration" | "progress"): number | null =>
    values[name] === undefined ? null : duration(name, values[name]);
  return {
    plan: {
      ...targetOf(values.url, values.allowAddress ?? null),
      connections: whole("connections", values.connections),
      ratePerSecond: whole("rate", values.rate),
      thinkMs: duration("think", values.think),
      timeoutMs: duration("timeout", values.timeout),
      proof: proof(values.proof),
    },
    durationMs: optional("duration"),
    progressMs: optional("progress"),
    stopOnStdinClose: values.stopOnStdinClose === true,
  };
}

function whole(name: string, text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw misuse(name, text, "a whole number from 0 to 99999");
}

function duration(name: string, text: string): number {
  const ms = parseDuration(text);
  if (ms === null) throw misuse(name, text, "a duration like 300ms or 5s");
  return ms;
}

function proof(text: string): BodyProof {
  if (text === "length" || text === "end" || text === "checksum") return text;
  throw misuse("proof", text, "length, end or checksum");
}

function misuse(name: string, text: string, expected: string): UserError {
  return new UserError({
    code: "load-option",
    message: `--${name} ${JSON.stringify(text)} is not ${expected}`,
    hint: `Give --${name} ${expected}.`,
  });
}
