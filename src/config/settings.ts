import type { DurationMs } from "#base/time.js";
import type { Handover, Listener } from "#model/listener.js";
import type { ConfigRule } from "./kinds/config-rule-kind.js";
import type { Policy } from "./policy.js";

/** Every effective setting of `hotpod run`, parsed. Paths are absolute. */
export interface Settings {
  /** What the core decides by. */
  readonly policy: Policy;
  readonly cwd: string;
  readonly recipe: Recipe;
  /** Arguments after the program (`--` on the command line). For `none`: the whole command. */
  readonly args: readonly string[];
  /** For `artifact` and `command`: the program the image itself holds, when the command line names one. */
  readonly imageProgram: string | null;
  readonly build: {
    /** Go package to build; null: the module's only main package. */
    readonly package: string | null;
    /** Recipe `command`: the argv; `{artifact}` stands for the output path. */
    readonly command: readonly string[];
    readonly args: readonly string[];
    readonly env: Readonly<Record<string, string>>;
    /** Generators, in order, each an argv. A failing one fails the build. */
    readonly before: readonly (readonly string[])[];
    readonly timeoutMs: DurationMs;
  };
  /** Recipe `artifact`: the file somebody else replaces. */
  readonly artifact: string | null;
  readonly envFiles: readonly string[];
  /** What the service reads by itself; paths are absolute. */
  readonly configWatch: readonly ConfigRule[];
  readonly watch: readonly string[];
  readonly ignore: readonly string[];
  readonly poll: "auto" | "always" | "never";
  readonly listen: readonly Listener[];
  /** Somebody has named the addresses; false: they are the standard. */
  readonly listenNamed: boolean;
  readonly handover: Handover | "auto";
  /** What `handover: proxy` does with its clients. */
  readonly proxy: {
    readonly protocol: "auto" | "http" | "tcp";
    readonly forwarded: boolean;
    readonly header: "none" | "v1" | "v2";
    readonly queue: number;
  };
  readonly ready: { readonly http: HttpTarget | null };
  readonly liveness: { readonly http: HttpTarget | null };
  readonly store: { readonly dir: string; readonly keep: number };
  /** null: no probes are served. */
  readonly probesListen: { readonly host: string; readonly port: number } | null;
  readonly controlSocket: string;
  readonly log: {
    readonly format: "pretty" | "json";
    readonly level: "debug" | "info" | "warn" | "error";
  };
  /** Standard input and output belong to a person. */
  readonly terminal: boolean;
}

export type Recipe = "go" | "command" | "none" | "artifact";

/** `/healthz`, or `:9000/healthz` for another port of the same generation. */
export interface HttpTarget {
  /** null: the first TCP listener's port. */
  readonly port: number | null;
  readonly path: string;
}
