import { containerSettings } from "#cli/container-settings.js";
import { showOrigin } from "#config/layer.js";
import type { Policy } from "#config/policy.js";
import { settingsError } from "#config/problem.js";
import type { Container } from "#model/kube/pod.js";
import type { InputRow } from "./input-row.js";

export interface HotpodPolicy {
  readonly policy: Policy;
  /** The settings that are not at their default. */
  readonly rows: readonly InputRow[];
}

/** The policy `hotpod run` would decide by in this container. */
export function hotpodPolicy(
  container: Container,
  settings: { readonly file: string; readonly text: string } | null,
): HotpodPolicy {
  const resolved = containerSettings(container, settings);
  if (resolved.settings === null) throw settingsError(resolved.problems);
  const rows = resolved.effective
    .filter(({ key, origin }) => origin.kind !== "default" && MATTERS.test(key))
    .map(({ key, shown, origin }) => ({
      name: key,
      value: shown ?? "not set",
      source: showOrigin(origin),
    }));
  return { policy: resolved.settings.policy, rows };
}

/** Settings of the policy; where files lie and what is logged changes no simulation. */
const MATTERS =
  /^(debounce|starveLimit|ready\.|linger|drain\.|maxDraining|probation|rollback|liveness\.|readiness|crash\.|memory\.|paused|grace|shutdown\.|boot|handover|build\.timeout)/;
