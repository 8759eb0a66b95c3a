import { shellOfBase } from "./base-shell.js";
import { imageReference } from "./image-reference.js";

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

/** Where there is a shell there are these. */
const CORE = words(
  "sh cat ls test [ sleep true false echo printf head tail stat touch rm mv cp mkdir date env timeout id grep sed",
);
/** Of them, the ones that are in /bin itself everywhere. */
const IN_BIN = words("sh cat ls sleep true false echo grep sed rm mv cp mkdir date touch");

const BY_SHELL = {
  ash: words("ash kill ps pgrep pkill wget nc awk find ping nslookup"),
  dash: words("dash bash find"),
  bash: words("bash"),
};

/** What an image is there for. */
const OWN: Readonly<Record<string, ReadonlySet<string>>> = {
  golang: words("go gofmt"),
  node: words("node npm npx"),
  python: words("python python3"),
  ruby: words("ruby"),
  nginx: words("nginx"),
  redis: words("redis-cli redis-server"),
  postgres: words("pg_isready psql"),
};

/** Images of distroless that hold no program at all. */
const EMPTY = /^gcr\.io\/distroless\/(static|base|base-nossl|cc)(-debian\d+)?$/;

/** Whether a base image brings a program, as far as its name says. */
export function baseHolds(base: string, program: string): "present" | "absent" | "unknown" {
  if (base === "scratch") return "absent";
  const { repository, name, tag } = imageReference(base);
  if (EMPTY.test(repository) && !/debug/.test(tag ?? "")) return "absent";
  const shell = shellOfBase(base);
  if (shell === null) return "unknown";
  const [, plain = program] = /^\/bin\/([^/]+)$/.exec(program) ?? [];
  if (plain.includes("/")) return "unknown";
  if (program !== plain) return IN_BIN.has(plain) ? "present" : "unknown";
  const own = OWN[name]?.has(plain) === true;
  return own || CORE.has(plain) || BY_SHELL[shell].has(plain) ? "present" : "unknown";
}
