import type { SettingKey } from "#config/setting-table.js";
import type { Settings } from "#config/settings.js";

/** What `hotpod run` would decide by in a container. */
export interface HotpodReading {
  /** null: it would refuse to start. */
  readonly settings: Settings | null;
  /** Every setting as it counts, with where it comes from. */
  readonly effective: readonly EffectiveSetting[];
  readonly problems: readonly {
    readonly where: string;
    readonly what: string;
    readonly hint: string;
  }[];
  readonly warnings: readonly string[];
}

export interface EffectiveSetting {
  readonly key: SettingKey;
  /** As text that reads back; null: unset. */
  readonly shown: string | null;
  /** `default`, `--grace`, `HOTPOD_GRACE`, `hotpod.yaml:3:1`. */
  readonly origin: string;
  readonly isDefault: boolean;
}
