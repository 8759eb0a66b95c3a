import type { ReloadTool } from "#model/reload-tool.js";
import { s } from "./given.js";

/** A reload tool that builds, kills and starts, unless told otherwise. */
export function tool(parts: Partial<ReloadTool> = {}): ReloadTool {
  return {
    name: "tool",
    versions: "any",
    settleUs: s(1),
    settleFrom: "first",
    contentHash: false,
    stopWhen: "afterBuild",
    stop: [{ signal: "SIGKILL", waitUs: 0, to: "tree" }],
    buildOut: "inPlace",
    builds: true,
    onBuildFail: "keepOld",
    onAppExit: "stay",
    onTerm: null,
    overlap: false,
    socket: "own",
    changeDuringBuild: "cancel",
    livenessBy: "app",
    reapsOrphans: false,
    ...parts,
  };
}
