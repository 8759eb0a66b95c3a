import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { ensureBundle } from "#edge/observe/own-command.js";
import { type Hotpod, startHotpod } from "#test/real/run/hotpod.js";

/**
 * Answers its version on the socket it is given (`fd`) and on every address (`PORT|HOST`, with `|only` for no IPv4) that the
 * file `words` names; it dies at the word `exit` and when it is asked for `/die`.
 */
const SERVICE = `
const http = require("node:http");
const { once } = require("node:events");
const version = require("node:fs").readFileSync("version", "utf8").trim();
const words = require("node:fs").readFileSync("words", "utf8").split(" ");
(async () => {
  for (const word of words) {
    if (word === "exit") process.exit(3);
    const [port, host, kind] = word.replace("try|", "").split("|");
    const at = word === "fd" ? { fd: 3 } : { port: Number(port), host, ipv6Only: kind === "only" };
    const server = http.createServer((asked, answer) => {
      if (asked.url === "/die") process.exit(3);
      answer.end(version);
    }).listen(at);
    await once(server, "listening");
    if (word.startsWith("try|")) await new Promise((closed) => server.close(closed));
  }
})();
`;

export interface Wanted {
  readonly listen?: string;
  readonly port?: number;
  readonly words: readonly string[];
  readonly wrapper?: readonly string[];
  readonly flags?: readonly string[];
}

export interface Rig {
  readonly hotpod: Hotpod;
  /** Until it is promoted. */
  readonly deploy: (version: string, words?: readonly string[]) => Promise<void>;
  readonly save: (version: string, words: readonly string[]) => void;
  /** What whoever starts next does; it is no change. */
  readonly say: (words: readonly string[]) => void;
}

export async function openAuto(
  context: TestContext,
  { listen, port, words: first, wrapper, flags = [] }: Wanted,
): Promise<Rig> {
  ensureBundle();
  const folder = mkdtempSync(join(tmpdir(), "hotpod-auto-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "server.cjs"), SERVICE);
  const say = (words: readonly string[]): void =>
    writeFileSync(join(folder, "words"), words.join(" "));
  const save = (version: string, words: readonly string[]): void => {
    say(words);
    writeFileSync(join(folder, "version.new"), version);
    renameSync(join(folder, "version.new"), join(folder, "version"));
  };
  save("one", first);
  const own = ["--linger", "20ms", "--watch", "version"];
  const args = [...own, ...flags, "--", process.execPath, "server.cjs"];
  const env = { PORT: String(port) };
  const rest = {
    ...(listen === undefined ? {} : { listen }),
    ...(port ? { port, env } : {}),
    ...(wrapper ? { wrapper } : {}),
  };
  const hotpod = await startHotpod(context, { cwd: folder, args, ...rest });
  await hotpod.seen("promoted");
  const deploy = async (version: string, words = first): Promise<void> => {
    const from = hotpod.here();
    save(version, words);
    await hotpod.seen("promoted", from);
  };
  return { hotpod, deploy, save, say };
}

export function ask(host: string, port: number, path = "/"): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host, port, path, agent: false }, (answer) => {
      let text = "";
      answer.on("data", (part) => {
        text += String(part);
      });
      answer.on("end", () => resolve(text));
    }).on("error", reject);
  });
}

/** The error's code, or that it was connected. */
export function connectTo(host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once("connect", () => {
      socket.destroy();
      resolve("connected");
    });
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? ""));
  });
}
