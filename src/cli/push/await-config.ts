import { UserError } from "#base/user-error.js";
import { askControl } from "#edge/http/control-client.js";
import { pollUntil } from "#edge/http/poll-until.js";
import { contentHash } from "#edge/watch/config-files.js";
import type { ConfigOutcome, FollowedConfig } from "#model/followed-config.js";
import { isGood, judgeWait, parseWait, tooLate, type Wait } from "#push/waits.js";

/** The socket is at hand: asking costs less than a millisecond. */
const ASK_MS = 20;

export function readWaits(given: readonly string[]): readonly Wait[] {
  return given.map((text) => {
    const wait = parseWait(text);
    if (wait !== null) return wait;
    throw new UserError({
      code: "bad-flag",
      message: `--wait ${text} is no path with a hash`,
      hint: "Write --wait /etc/app/config.json=0123456789ab, with the hash that hotpod ctl config tells; != waits for any other.",
    });
  });
}

/**
 * Waits here, beside the hotpod that follows, until every path has its content and that has counted. What no hotpod follows is
 * looked at directly. A refused one ends the wait at once.
 */
export async function awaitConfig(
  socket: string,
  waits: readonly Wait[],
  timeoutMs: number,
): Promise<{ readonly waited: readonly ConfigOutcome[]; readonly good: boolean }> {
  let followed: readonly FollowedConfig[] = [];
  const done = await pollUntil({ everyMs: ASK_MS, timeoutMs }, async () => {
    const answer = await askControl(socket, "GET", "/config", timeoutMs);
    followed =
      answer.ok && answer.value.code === 200
        ? (JSON.parse(answer.value.body) as FollowedConfig[])
        : [];
    const judged = waits.map((wait) => judgeWait(wait, followed, contentHash));
    const over = judged.every((one) => one !== null);
    return over || judged.some((one) => one?.state === "refused") ? judged : null;
  });
  const waited = waits.map((wait, index) => done?.[index] ?? tooLate(wait, followed));
  return { waited, good: waited.every(isGood) };
}
