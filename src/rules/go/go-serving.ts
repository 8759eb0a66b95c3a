import { lineSource, type Source } from "#manifest/text/source.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { baseName } from "#rules/subject/effective-command.js";
import type { GoCall, GoFile } from "./go-file.js";
import { type GoModule, type GoProgram, goModOf, goModule } from "./go-project.js";

/** A call that opens a port. */
export interface GoListener {
  readonly at: Source;
  /** `net.Listen` */
  readonly shown: string;
  /** It opens the port itself; else it serves on a socket that it is given. */
  readonly opens: boolean;
  /** `:8080`; null: no literal says it. */
  readonly address: string | null;
}

/** Packages and their calls that listen; the first literal that looks like one is the address. */
const LISTENS: Readonly<Record<string, readonly string[]>> = {
  net: ["Listen", "ListenTCP"],
  "net/http": ["ListenAndServe", "ListenAndServeTLS", "Serve", "ServeTLS"],
  "crypto/tls": ["Listen"],
  "google.golang.org/grpc": ["NewServer"],
};

/** Methods that listen, in files that take in one of these. */
const METHODS: readonly { readonly name: string; readonly of: RegExp }[] = [
  { name: "ListenAndServe", of: /^(net\/http|github\.com\/valyala\/fasthttp)$/ },
  { name: "ListenAndServeTLS", of: /^net\/http$/ },
  { name: "Run", of: /^github\.com\/gin-gonic\/gin$/ },
  { name: "Start", of: /^github\.com\/labstack\/echo(\/v\d+)?$/ },
  { name: "Listen", of: /^github\.com\/gofiber\/fiber(\/v\d+)?$/ },
];

export function listenersIn({ files }: GoProgram): GoListener[] {
  return files.flatMap((file) => file.calls.flatMap((call) => listener(file, call) ?? []));
}

function listener(file: GoFile, { path, name, line, args }: GoCall): GoListener | null {
  const listens =
    path === null
      ? METHODS.some(
          (one) => one.name === name && file.imports.some((each) => one.of.test(each.path)),
        )
      : LISTENS[path]?.includes(name) === true;
  if (!listens) return null;
  const texts = args.flatMap((one) => (one.kind === "string" ? [one.text] : []));
  const shown = path === null ? `.${name}` : `${baseName(path)}.${name}`;
  const address = texts.find((text) => /:\d*$|:http/.test(text)) ?? null;
  const opens = name !== "NewServer" && name !== "Serve" && name !== "ServeTLS";
  return { at: lineSource(file.file, line), shown, opens, address };
}

/** Who ends in order at SIGTERM by himself. */
const HANDLERS =
  /^(sigs\.k8s\.io\/controller-runtime|go\.uber\.org\/fx|github\.com\/oklog\/run|github\.com\/go-kratos\/kratos|github\.com\/zeromicro\/go-zero|github\.com\/hotpod\/hotpod\/sdk\/go|github\.com\/cloudflare\/tableflip)(\/|$)/;

/** Whether the program hears SIGTERM. With no signals named, all of them are meant. */
export function handlesTerm(program: GoProgram): boolean {
  const imports = program.files.flatMap((file) => file.imports);
  return imports.some(({ path }) => HANDLERS.test(path)) || hears(program, "TERM");
}

/** Whether the program hears a signal, by its name without SIG. With none named, all of them are meant. */
export function hears({ files }: GoProgram, signal: string): boolean {
  return files.some(({ calls }) =>
    calls.some(({ path, name, args }) => {
      if (path !== "os/signal" || (name !== "Notify" && name !== "NotifyContext")) return false;
      const words = args.map(({ text }) => text);
      const named =
        words.includes(`SIG${signal}`) || (signal === "INT" && words.includes("Interrupt"));
      return named || !words.includes(",") || words.includes("...");
    }),
  );
}

/** How its server is shut down: with a limit, without one, or not at all as far as its own sources say. */
export function shutdownOf({ files }: GoProgram): "bounded" | "unbounded" | "none" {
  const calls = files.flatMap((file) => file.calls);
  const shutdowns = calls.filter(({ name }) => name === "Shutdown");
  if (shutdowns.length === 0) return "none";
  const endless = shutdowns.some(({ args }) =>
    args.some(({ text }) => text === "Background" || text === "TODO"),
  );
  return endless ? "unbounded" : "bounded";
}

/** It stops accepting late and ends kept-alive connections in turn. */
export const usesSdk = ({ files }: GoProgram): boolean =>
  files.some(({ imports }) =>
    imports.some(({ path }) => path.startsWith("github.com/hotpod/hotpod/sdk/go")),
  );

/** Whether it takes a socket that somebody else has opened, or shares its port. */
export function adoptsSockets({ files }: GoProgram): boolean {
  return files.some(
    ({ imports, calls, strings }) =>
      imports.some(({ path }) =>
        /^github\.com\/(coreos\/go-systemd(\/v\d+)?\/activation|hotpod\/hotpod\/sdk\/go)/.test(
          path,
        ),
      ) ||
      calls.some(
        ({ path, name }) => path === "net" && /^File(Listener|Conn|PacketConn)$/.test(name),
      ) ||
      calls.some(({ args }) => args.some(({ text }) => text === "SO_REUSEPORT")) ||
      [...strings].some((text) => text.startsWith("LISTEN_FDS")),
  );
}

/** The program that a container runs: the module's only one that listens, or the one its command names. */
export function programOf(subject: ContainerSubject): GoProgram | "unknown" | null {
  const mod = goModOf(subject.workload);
  const module: GoModule | null = mod === null ? null : goModule(subject.project, mod);
  if (module === null) return "unknown";
  const serving = module.programs.filter((one) => listenersIn(one).length > 0);
  const [only, ...others] = serving;
  if (only === undefined) return null;
  if (others.length === 0) return only;
  const words = subject.command.kind === "known" ? subject.command.argv : [];
  const text = [...words, ...subject.hotPaths.files.map(({ path }) => path)].join(" ");
  const named = serving.filter(({ folder }) => {
    const name = baseName(folder === "" ? module.path : folder);
    return text.split(/[^\w.-]+/).includes(name);
  });
  return named.length === 1 ? (named[0] ?? "unknown") : "unknown";
}
