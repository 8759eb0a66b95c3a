import type { LifeHappening } from "#model/life/life-event.js";
import type { Notice } from "#model/notice.js";
import type { HotpodWorld } from "./hotpod-world.js";

/** A simulation's stream says what hotpod announces, in the words it has for any reload tool. */
export function tellNotice(world: HotpodWorld, notice: Notice): void {
  const { host } = world;
  if (notice.kind === "stopping") world.stopping = true;
  if (notice.kind === "promoted" || notice.kind === "generation-ready") world.cause = "swap";
  if (!host.heard) return;
  const said = wordsFor(notice, host.now());
  if (said === null) return;
  const { happening, generation } = said;
  if (generation === null) host.tell("tool", happening);
  else host.tell("gen", happening, generation);
}

interface Said {
  readonly happening: LifeHappening;
  readonly generation: number | null;
}

const ofTool = (happening: LifeHappening): Said => ({ happening, generation: null });
const contentOf = (artifact: { readonly id: string }): string => artifact.id.slice(2);

function wordsFor(notice: Notice, now: number): Said | null {
  switch (notice.kind) {
    case "build-started": {
      const { build, content } = notice;
      return ofTool({ ev: "buildStart", data: { build, content } });
    }
    case "build-succeeded":
    case "build-failed":
    case "build-cancelled": {
      const result = RESULTS[notice.kind];
      const content = notice.kind === "build-succeeded" ? contentOf(notice.artifact) : "";
      return ofTool({ ev: "buildEnd", data: { build: notice.build, content, result } });
    }
    case "generation-started": {
      const data = { content: contentOf(notice.artifact), why: notice.purpose };
      return { happening: { ev: "genStart", data }, generation: notice.generation };
    }
    case "generation-ready":
      return {
        happening: { ev: "genReady", data: { content: "" } },
        generation: notice.generation,
      };
    case "promoted": {
      const data = { content: contentOf(notice.artifact), previous: notice.previous };
      return { happening: { ev: "promote", data }, generation: notice.generation };
    }
    case "candidate-failed":
      return {
        happening: { ev: "candidateFailed", data: { why: notice.why.kind } },
        generation: notice.generation,
      };
    case "quarantined":
      return ofTool({ ev: "quarantine", data: { content: contentOf(notice.artifact) } });
    case "rolled-back":
      return {
        happening: { ev: "rollback", data: { to: contentOf(notice.to) } },
        generation: notice.generation,
      };
    case "drain-started":
      return {
        happening: { ev: "lameDuck", data: { untilUs: now } },
        generation: notice.generation,
      };
    case "drain-ended":
      return {
        happening: { ev: "drainEnd", data: { killed: notice.killed } },
        generation: notice.generation,
      };
    default:
      return null;
  }
}

const RESULTS = {
  "build-succeeded": "ok",
  "build-failed": "failed",
  "build-cancelled": "cancelled",
} as const;
