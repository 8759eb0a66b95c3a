import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { projectRoot } from "#edge/observe/own-command.js";

/** Go programs of a run, each built once. */
export interface GoPrograms {
  /** The path of the program. Rejects with the compiler's words. */
  build(name: string, source: string): Promise<string>;
}

/** `env`: what the compiler is started with. Go's own build cache is used, as every build on this machine does. */
export function goPrograms(folder: string, env: NodeJS.ProcessEnv): GoPrograms {
  const builds = new Map<string, Promise<string>>();
  return {
    build(name, source) {
      const key = createHash("sha256").update(source).digest("hex").slice(0, 12);
      const known = builds.get(key);
      if (known !== undefined) return known;
      const build = compile(join(folder, `${name}-${key}`), name, source, env);
      builds.set(key, build);
      return build;
    },
  };
}

/**
 * The environment with a build cache that Go can use: the user's own, or one in `folder` where there is none, as for a user without a home or
 * with that of somebody else.
 */
export function withBuildCache(env: NodeJS.ProcessEnv, folder: string): NodeJS.ProcessEnv {
  const asked = spawnSync("go", ["env", "GOCACHE"], {
    ...{ cwd: folder, env: { ...env, GOTOOLCHAIN: "local" }, encoding: "utf8" },
  });
  const isUsable = asked.error !== undefined || isWritable((asked.stdout ?? "").trim());
  return isUsable ? env : { ...env, GOCACHE: join(folder, "go-cache") };
}

/** A relative word is no folder: Go says `off` where it knows none. */
function isWritable(folder: string): boolean {
  if (!isAbsolute(folder)) return false;
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The folder of the Go SDK's sources; null: this hotpod comes without (they are in the checkout, not in the package). */
export function goSdkFolder(): string | null {
  const folder = join(projectRoot(), "sdk", "go");
  return existsSync(join(folder, "go.mod")) ? folder : null;
}

/** What go.mod says of the SDK, for a program that imports it. */
function sdkOf(source: string): string {
  const folder = goSdkFolder();
  if (folder === null || !source.includes(`"${SDK}"`)) return "";
  return `\nrequire ${SDK} v0.0.0\n\nreplace ${SDK} => ${folder}\n`;
}

const SDK = "github.com/hotpod/hotpod/sdk/go";

function compile(
  folder: string,
  name: string,
  source: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  // Not the module's own folder: Go ignores a go.mod in the folder for temporary files.
  const temporary = join(folder, "tmp");
  mkdirSync(temporary, { recursive: true });
  writeFileSync(join(folder, "go.mod"), `module lab\n\ngo 1.24\n${sdkOf(source)}`);
  writeFileSync(join(folder, "main.go"), source);
  const program = join(folder, name);
  return new Promise((resolve, reject) => {
    const child = spawn("go", ["build", "-o", program, "."], {
      cwd: folder,
      // What an interrupted build leaves goes with the lab's own folder.
      env: {
        ...env,
        TMPDIR: temporary,
        GOTMPDIR: "",
        GOTOOLCHAIN: "local",
        GOFLAGS: "",
        CGO_ENABLED: "0",
      },
      stdio: ["ignore", "ignore", "pipe"],
      detached: true,
    });
    let words = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      words += text;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(program);
      else reject(new Error(`the program ${name} does not build:\n${words}`));
    });
  });
}
