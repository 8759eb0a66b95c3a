import { insertFlags } from "#rules/reload/argv-change.js";
import type { ReloadSubject } from "#rules/reload/reload-subject.js";
import type { ToolRun } from "#rules/reload/tool-runs.js";
import { airList, airSetting, settingChange } from "#rules/reload/tool-setting.js";
import type { Change, Fix } from "#rules/rule/fix.js";

/** Leaves a path out of what is watched; null: there is nothing that could be changed. */
export function excludeFix(reload: ReloadSubject, run: ToolRun | null, path: string): Fix | null {
  const clean = path.replace(/^(\.\/|\/)+/, "");
  const slash = clean.lastIndexOf("/");
  const folder = slash < 0 ? null : clean.slice(0, slash);
  const change = changeOf(reload, run, clean, folder);
  if (change === null) return null;
  return { kind: "safe", title: `leave ${folder ?? clean} out`, changes: [change] };
}

function changeOf(
  reload: ReloadSubject,
  run: ToolRun | null,
  path: string,
  folder: string | null,
): Change | null {
  const escaped = (folder ?? path).replaceAll(".", "\\.");
  const quoted = folder === null ? `${escaped}$` : `${escaped}/`;
  switch (reload.use.program) {
    case "air":
      return airChange(reload, path, folder);
    case "reflex":
      return reflexChange(reload, run, `-R '^${quoted}'`, ["-R", `^${quoted}`]);
    case "wgo":
      return insertFlags(reload, folder === null ? ["-xfile", `^${quoted}`] : ["-xdir", folder]);
    case "CompileDaemon":
      return insertFlags(reload, [folder === null ? `-exclude=${path}` : `-exclude-dir=${folder}`]);
    case "watchexec":
      return insertFlags(reload, ["-i", folder === null ? path : `${folder}/**`]);
    default:
      return null;
  }
}

function airChange(reload: ReloadSubject, path: string, folder: string | null): Change | null {
  // A generated source may lie in any package.
  const isSource = folder === null && path.endsWith(".go");
  const key = folder !== null ? "exclude_dir" : isSource ? "exclude_regex" : "exclude_file";
  if (airSetting(reload, "build", key)?.from === "flag") return null;
  const added = isSource ? `${path.replaceAll(".", "\\.")}$` : (folder ?? path);
  const value = [...airList(reload, key, STANDARD[key]), added];
  return settingChange(reload, "build", key, value);
}

/** What air leaves out where its file says nothing. */
const STANDARD = {
  exclude_dir: ["assets", "tmp", "vendor", "testdata"],
  exclude_regex: ["_test.go"],
  exclude_file: [],
} as const;

function reflexChange(
  reload: ReloadSubject,
  run: ToolRun | null,
  text: string,
  flags: readonly string[],
): Change | null {
  const { config } = reload.use;
  if (run === null || run.rowStart === null) return insertFlags(reload, flags);
  if (config === null) return null;
  return {
    kind: "text",
    ...{ file: config.file, text: config.text },
    ...{ start: run.rowStart, end: run.rowStart, newText: `${text} ` },
  };
}
