import { type ConfigAction, type ConfigRule, showAction } from "#config/kinds/config-rule-kind.js";
import { watchContent } from "#edge/watch/config-files.js";
import type { Event } from "#generation/event.js";
import type { Step } from "#generation/step.js";
import type { GenerationId } from "#model/generation.js";
import type { Happening } from "#model/happening.js";
import type { LogEntry } from "#report/log-entry.js";

/** What the reload of a service's configuration needs of the world. */
export interface ConfigWorld {
  readonly dispatch: (happening: Happening) => void;
  /** Answers what the service said, in words, and whether that was good. */
  readonly post: (
    generation: GenerationId,
    target: Extract<ConfigAction, { kind: "post" }>,
  ) => Promise<{ readonly good: boolean; readonly detail: string }>;
  readonly say: (entry: LogEntry) => void;
}

export interface ConfigReload {
  /** Watches by these rules from now on. */
  watch(rules: readonly ConfigRule[]): void;
  /** Follows the core: a generation that started with older content is told once it serves. */
  observe(event: Event, step: Step): void;
  close(): void;
}

/** `config.watch`: tells a service that knows nothing of hotpod about new content of its configuration. */
export function configReload(world: ConfigWorld): ConfigReload {
  let stops: (() => void)[] = [];
  let version = 0;
  let pending: { readonly rule: ConfigRule; readonly hash: string; readonly version: number }[] =
    [];
  let serving: GenerationId | null = null;
  const startedWith = new Map<GenerationId, number>();

  const tell = (rule: ConfigRule, hash: string): void => {
    const { action, path } = rule;
    const fields = { path, hash, action: showAction(action), generation: serving };
    const message = `${path} has new content ${hash}: ${showAction(action)}`;
    world.say({ level: "info", event: "config-changed", message, fields });
    if (action.kind === "signal")
      world.dispatch({ kind: "signal-received", signal: action.signal });
    else if (action.kind === "swap") world.dispatch({ kind: "reload-requested" });
    else if (serving !== null) {
      void world.post(serving, action).then(({ good, detail }) => {
        const level = good ? "info" : "warn";
        const said = `${path} ${hash}: the service answered ${detail}`;
        world.say({
          level,
          event: "config-answered",
          message: said,
          fields: { ...fields, detail },
        });
      });
    }
  };
  const close = (): void => {
    for (const stop of stops) stop();
    stops = [];
  };
  return {
    close,
    watch: (rules) => {
      close();
      pending = [];
      stops = rules.map((rule) =>
        watchContent(rule.path, (hash) => {
          version += 1;
          pending = [
            ...pending.filter((one) => one.rule.path !== rule.path),
            { rule, hash, version },
          ];
          if (serving !== null) tell(rule, hash);
        }),
      );
    },
    observe: (event, { commands }) => {
      if (event.kind === "generation-spawned") startedWith.set(event.generation, version);
      if (event.kind === "generation-gone") startedWith.delete(event.generation);
      for (const command of commands) {
        if (command.kind !== "announce" || command.notice.kind !== "promoted") continue;
        serving = command.notice.generation;
        const read = startedWith.get(serving) ?? version;
        // A swap has read the newest content by itself, unless it changed while it started.
        for (const one of pending) if (one.version > read) tell(one.rule, one.hash);
      }
    },
  };
}
