import type { FollowedConfig } from "#model/followed-config.js";

/** All configuration that is followed here, whoever follows it. */
export interface Followed {
  readonly add: (source: () => readonly FollowedConfig[]) => void;
  readonly all: () => readonly FollowedConfig[];
}

export function followedConfig(): Followed {
  const sources: (() => readonly FollowedConfig[])[] = [];
  return {
    add: (source) => {
      sources.push(source);
    },
    all: () => sources.flatMap((source) => source()),
  };
}
