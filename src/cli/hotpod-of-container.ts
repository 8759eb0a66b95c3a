import { UserError } from "#base/user-error.js";
import { showOrigin } from "#config/layer.js";
import type { Container } from "#model/kube/pod.js";
import type { HotpodReading } from "#rules/subject/hotpod-reading.js";
import type { ConfigText } from "#rules/subject/project.js";
import { containerSettings } from "./container-settings.js";

/** A command line that hotpod refuses is a fault of this container, and the rest is judged. */
export function hotpodReading(container: Container, settings: ConfigText | null): HotpodReading {
  let resolved: ReturnType<typeof containerSettings>;
  try {
    resolved = containerSettings(container, settings);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const problem = { where: "the command", what: error.message, hint: error.hint };
    return { settings: null, effective: [], problems: [problem], warnings: [] };
  }
  return {
    settings: resolved.settings,
    effective: resolved.effective.map(({ key, shown, origin }) => ({
      key,
      shown,
      origin: showOrigin(origin),
      isDefault: origin.kind === "default",
    })),
    problems: resolved.problems,
    warnings: resolved.warnings,
  };
}
