import type { ReloadTool } from "#model/reload-tool.js";
import type { App } from "#simulate/life/program/app.js";
import type { Content, ProgramHost } from "#simulate/life/program/program.js";

/** What follows once the old program has ended. */
export type Then = "build" | "start" | "rest";

/** What a reload tool is at. */
export type Stage =
  | { readonly kind: "idle" }
  | { readonly kind: "settling"; readonly round: number }
  | { readonly kind: "stopping"; readonly then: Then }
  | { readonly kind: "building"; readonly build: number; readonly content: Content }
  /** A new program comes up beside the old one. */
  | { readonly kind: "overlapping" }
  | { readonly kind: "leaving" };

export interface Tool {
  readonly host: ProgramHost;
  readonly facts: ReloadTool;
  stage: Stage;
  /** The newest saved content that was not built yet. */
  wanted: Content | null;
  built: Content;
  app: App | null;
  old: App | null;
  apps: number;
  builds: number;
  rounds: number;
  /** Why the service is not there, when it is not. */
  cause: string;
}
