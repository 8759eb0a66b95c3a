import { formatDuration } from "#base/time.js";
import type { FollowedConfig } from "#model/followed-config.js";

/** `hotpod ctl config`: one line for each path. */
export function configText(followed: readonly FollowedConfig[]): string {
  if (followed.length === 0) {
    return "no configuration is followed: mount a folder at policy.dir, or set config.watch";
  }
  const width = Math.max(...followed.map(({ path }) => path.length));
  return followed
    .map(({ path, hash, action, state, detail, ageMs }) => {
      const age = `for ${formatDuration(ageMs < 1_000 ? ageMs : Math.round(ageMs / 1_000) * 1_000)}`;
      const said = `${path.padEnd(width)}  ${hash ?? "unreadable".padEnd(12)}  ${action}: ${state}, ${age}`;
      return detail === null ? said : `${said}\n    ${detail.replaceAll("\n", "\n    ")}`;
    })
    .join("\n");
}
