import type { Condition } from "#policy/condition.js";
import {
  BUILDS_HERE,
  env,
  GOCACHE,
  HOT_FILES,
  limitOf,
  mountOf,
  parentOf,
  settingText,
  timing,
  volumeOf,
} from "#policy/snippets.js";

/** hotpod itself, as measured. */
const SUPERVISOR = `(one.managed ? 67108864.0 : 0.0)`;

const generations = `(one.mode == "overlap" ? 2.0 + (one.managed ? double(${settingText("maxDraining")}) : 0.0) : 1.0)`;

const build = `(${BUILDS_HERE} ? ${timing("buildRss")} : [0.0])`;

const onClaim = (path: string): string =>
  `${volumeOf(mountOf(path))}.exists(v, has(v.persistentVolumeClaim))`;

const cache = `(${BUILDS_HERE} && !${onClaim(GOCACHE)} ? ${timing("gocache")} : [0.0])`;
const artifact = `(!one.managed && ${HOT_FILES}.exists(f, !${onClaim(parentOf("f"))}) ? ${timing("artifact")}.map(a, a * 2.0) : [0.0])`;

export const HP7: readonly Condition[] = [
  {
    rule: "HP701",
    each: "running",
    fails:
      `one.hot && ${limitOf("memory")}.exists(limit, ${timing("rss")}.exists(r, ${build}.exists(b, ` +
      `(${SUPERVISOR} + r * ${generations} + b) * 1.15 > limit)))`,
  },
  {
    rule: "HP702",
    each: "running",
    fails:
      `one.hot && ${BUILDS_HERE} && ${limitOf("memory")}.exists(limit, ` +
      `${timing("rss")}.exists(r, ${timing("buildRss")}.exists(b, r + b > limit * 0.9)))`,
  },
  {
    rule: "HP704",
    each: "running",
    fails: `one.hot && ${limitOf("ephemeral-storage")}.exists(limit, ${cache}.exists(c, ${artifact}.exists(a, (c + a) * 1.2 > limit)))`,
    sees: ["hotpod's store, and files that a reload tool's configuration names."],
  },
  {
    rule: "HP705",
    each: "running",
    fails:
      `one.hot && one.mode == "overlap" && ${limitOf("memory")}.exists(limit, ` +
      `${env("GOMEMLIMIT")}.filter(v, v.matches("^[0-9]+(B|KiB|MiB|GiB|TiB)?$"))` +
      `.exists(v, quantity(v.replace("B", "")).asApproximateFloat() * ${generations} > limit))`,
  },
];
