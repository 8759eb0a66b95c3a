import { UserError } from "#base/user-error.js";
import { asksForHelp, asksForJson, formatted, parse } from "#cli/run-options.js";
import { readKeyFiles } from "#edge/cluster/key-files.js";
import type { Value, Values } from "#push/config-change.js";
import { readTimeout } from "./read-timeout.js";

export interface PushOptions {
  readonly help: boolean;
  /** "": none was named. */
  readonly configMap: string;
  readonly given: Values;
  readonly prune: boolean;
  /** null: what kubectl takes by itself. */
  readonly namespace: string | null;
  readonly context: string | null;
  readonly selector: string | null;
  readonly timeoutMs: number;
  readonly dryRun: boolean;
  readonly json: boolean;
}

const KEY = /^[-._a-zA-Z0-9]{1,253}$/;

export function readPushOptions(argv: readonly string[]): PushOptions {
  const many = (one: string, all: string[]): string[] => [...all, one];
  const parser = formatted("push")
    .argument("[kind]")
    .argument("[name]")
    .option("--from-file <[key=]path>", "", many, [])
    .option("--from-literal <key=value>", "", many, [])
    .option("--prune")
    .option("-n, --namespace <name>")
    .option("--context <name>")
    .option("-l, --selector <labels>")
    .option("--timeout <duration>", "", "30s")
    .option("--dry-run");
  parse(parser, argv);
  const [kind, configMap = ""] = parser.args;
  const help = asksForHelp(parser) || kind === undefined;
  const given = parser.opts<Record<string, unknown>>();
  const text = (name: string): string | null =>
    typeof given[name] === "string" ? (given[name] as string) : null;
  if (!help) demandWhat(kind, configMap);
  return {
    help,
    configMap,
    given: help ? new Map() : readValues(given.fromFile as string[], given.fromLiteral as string[]),
    prune: given.prune === true,
    namespace: text("namespace"),
    context: text("context"),
    selector: text("selector"),
    timeoutMs: readTimeout(String(given.timeout)),
    dryRun: given.dryRun === true,
    json: asksForJson(parser),
  };
}

function demandWhat(kind: string | undefined, configMap: string): void {
  if (kind !== "config") {
    throw new UserError({
      code: "unknown-kind",
      message: `"${kind}" is nothing that can be pushed`,
      hint: "A ConfigMap can: hotpod push config NAME --from-file FILE.",
    });
  }
  if (configMap !== "") return;
  throw new UserError({
    code: "no-config-map",
    message: "no ConfigMap is named",
    hint: "hotpod push config NAME --from-file FILE",
  });
}

function readValues(files: readonly string[], literals: readonly string[]): Values {
  const values = new Map<string, Value>();
  const add = (key: string, value: Value, from: string): void => {
    if (!KEY.test(key) || key === "." || key === "..") {
      throw misuse(
        "bad-key",
        `"${key}" of ${from} cannot be a key`,
        "Keys have letters, digits, -, _ and . only: name one with --from-file KEY=PATH.",
      );
    }
    if (values.has(key)) {
      throw misuse("key-twice", `the key ${key} is given twice`, "Give each key once.");
    }
    values.set(key, value);
  };
  for (const each of files) {
    const [, key = null, path = each] = /^([^=/]*)=(.*)$/s.exec(each) ?? [];
    const read = readKeyFiles(path, key);
    if (!read.ok) throw unreadable(read.error.path, read.error.code);
    if (read.value.length === 0) {
      throw misuse("no-files", `${path} holds no files`, "Folders below it are not read.");
    }
    for (const { key: own, text, base64 } of read.value) {
      add(own, text === null ? { kind: "binary", base64 } : { kind: "text", text }, path);
    }
  }
  for (const each of literals) {
    const at = each.indexOf("=");
    if (at < 1) throw misuse("bad-flag", `--from-literal ${each} has no key`, "Write KEY=VALUE.");
    add(each.slice(0, at), { kind: "text", text: each.slice(at + 1) }, "--from-literal");
  }
  if (values.size > 0) return values;
  throw misuse(
    "nothing-given",
    "no content is given",
    "Name files or a folder: --from-file config.json, --from-file config.json=local.json, --from-file config/; or --from-literal KEY=VALUE.",
  );
}

function unreadable(path: string, code: string): UserError {
  if (code === "EISDIR") {
    return misuse("bad-flag", `${path} is a folder and cannot be one key`, "Leave KEY= out.");
  }
  return misuse("unreadable-file", `${path} cannot be read: ${code}`, "Correct --from-file.");
}

function misuse(code: string, message: string, hint: string): UserError {
  return new UserError({ code, message, hint });
}
