/** What is waited for inside a pod: that a path has this content (or another than this), and that it has counted. */
import { type ConfigOutcome, type FollowedConfig, isUnderWay } from "#model/followed-config.js";

export interface Wait {
  readonly path: string;
  /** `unlike`: any other content than the one of this hash. */
  readonly is: "like" | "unlike";
  readonly hash: string;
}

const FORM = /^(\/.*?)(!?=)([0-9a-f]{12})$/;

/** null: it is not written as `/path=hash` or `/path!=hash`. */
export function parseWait(text: string): Wait | null {
  const [, path, relation, hash] = FORM.exec(text) ?? [];
  if (path === undefined || hash === undefined) return null;
  return { path, is: relation === "=" ? "like" : "unlike", hash };
}

export function showWait({ path, is, hash }: Wait): string {
  return `${path}${is === "like" ? "=" : "!="}${hash}`;
}

/** null: not yet. `hashNow`: of a path that is not followed. */
export function judgeWait(
  wait: Wait,
  followed: readonly FollowedConfig[],
  hashNow: (path: string) => string | null,
): ConfigOutcome | null {
  const { path } = wait;
  const own = followed.filter((one) => one.path === path);
  if (own.length === 0) {
    const hash = hashNow(path);
    return fits(wait, hash) ? { path, hash, state: "delivered", action: null, detail: null } : null;
  }
  if (!own.every(({ hash }) => fits(wait, hash))) return null;
  const told = own.find(({ state }) => state === "refused") ?? own[0];
  if (told === undefined) return null;
  if (told.state !== "refused" && own.some(({ state }) => isUnderWay(state))) return null;
  const { hash, state, action, detail } = told;
  return { path, hash, state, action, detail };
}

/** Its time is over: what is known of it. */
export function tooLate(wait: Wait, followed: readonly FollowedConfig[]): ConfigOutcome {
  const { path } = wait;
  const own = followed.find((one) => one.path === path);
  const hash = own?.hash ?? null;
  if (own !== undefined && hash === null && own.state === "refused") {
    return { path, hash, state: own.state, action: own.action, detail: own.detail };
  }
  const detail =
    own === undefined || !fits(wait, hash)
      ? "the new content has not come"
      : `it has come and is ${own.state === "asked" ? "not answered yet" : "still starting"}`;
  return { path, hash, state: "late", action: own?.action ?? null, detail };
}

export const isGood = ({ state }: ConfigOutcome): boolean =>
  state !== "late" && state !== "refused";

function fits({ is, hash }: Wait, now: string | null): boolean {
  return now !== null && (now === hash) === (is === "like");
}
