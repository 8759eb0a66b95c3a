import type { Instant } from "#base/time.js";
import { type ConfigAction, type ConfigRule, showAction } from "#config/kinds/config-rule-kind.js";
import { contentHash, watchContent } from "#edge/watch/config-files.js";
import type { Event } from "#generation/event.js";
import type { Step } from "#generation/step.js";
import type { ConfigState, FollowedConfig } from "#model/followed-config.js";
import type { GenerationId } from "#model/generation.js";
import type { Happening } from "#model/happening.js";
import type { Notice } from "#model/notice.js";
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
  readonly now: () => Instant;
}

export interface ConfigReload {
  /** Watches by these rules from now on. */
  watch(rules: readonly ConfigRule[]): void;
  /** Follows the core: a generation that started with older content is told once it serves. */
  observe(event: Event, step: Step): void;
  followed(): readonly FollowedConfig[];
  close(): void;
}

/** The newest content of one rule, and what became of it. */
interface Content {
  readonly rule: ConfigRule;
  readonly hash: string | null;
  /** Counts all new contents; 0: it was there at the beginning. */
  readonly version: number;
  readonly state: ConfigState;
  readonly detail: string | null;
  readonly since: Instant;
}

/** `config.watch`: tells a service that knows nothing of hotpod about new content of its configuration. */
export function configReload(world: ConfigWorld): ConfigReload {
  const startedWith = new Map<GenerationId, number>();
  let stops: (() => void)[] = [];
  let contents: readonly Content[] = [];
  let version = 0;
  let serving: GenerationId | null = null;

  const take = (rule: ConfigRule, hash: string | null, number: number): Content => {
    const state = number > 0 || serving === null ? "starting" : "serves";
    const about = { rule, hash, version: number };
    const content = { ...about, state, detail: null, since: world.now() } as const;
    contents = [...contents.filter((one) => one.rule !== rule), content];
    return content;
  };
  const become = (content: Content, state: ConfigState, detail: string | null): void => {
    Object.assign(content, { state, detail, since: world.now() });
  };
  const tell = (content: Content): void => {
    if (serving !== null) tellService(world, content, serving, become);
  };
  const close = (): void => {
    for (const stop of stops) stop();
    stops = [];
  };
  const hear = (notice: Notice): void => {
    if (notice.kind !== "promoted" && notice.kind !== "candidate-failed") return;
    const read = startedWith.get(notice.generation) ?? version;
    if (notice.kind === "promoted") serving = notice.generation;
    for (const content of contents) {
      // A swap has read the newest content by itself, unless it changed while it started.
      const isRead = content.version <= read;
      if (!isRead && notice.kind === "promoted") tell(content);
      else if (!isRead || content.state !== "starting") continue;
      else if (notice.kind === "promoted") become(content, "serves", null);
      else become(content, "refused", `generation ${notice.generation} never served`);
    }
  };
  return {
    close,
    watch: (rules) => {
      close();
      contents = [];
      stops = rules.map((rule) => {
        const stop = watchContent(rule.path, {
          changed: (hash) => {
            version += 1;
            tell(take(rule, hash, version));
          },
          tooLarge: (file) => {
            become(take(rule, null, version), "refused", `${file} has more than 64 MiB`);
            world.say(tooLarge(rule, file));
          },
        });
        take(rule, contentHash(rule.path), 0);
        return stop;
      });
    },
    followed: () => contents.map((content) => followedOf(content, world.now())),
    observe: (event, { commands }) => {
      if (event.kind === "generation-spawned") startedWith.set(event.generation, version);
      if (event.kind === "generation-gone") startedWith.delete(event.generation);
      for (const command of commands) if (command.kind === "announce") hear(command.notice);
    },
  };
}

function followedOf(content: Content, now: Instant): FollowedConfig {
  const { rule, hash, state, detail, since } = content;
  const action = showAction(rule.action);
  return { path: rule.path, hash, action, state, detail, ageMs: Math.round(now - since) };
}

function tooLarge({ path, action }: ConfigRule, file: string): LogEntry {
  return {
    level: "warn",
    event: "config-too-large",
    message: `${file} has more than 64 MiB: nobody is told of its changes (config.watch)`,
    detail: "Let config.watch name a smaller file whose change tells that this one has changed.",
    fields: { path, action: showAction(action) },
  };
}

function tellService(
  world: ConfigWorld,
  content: Content,
  serving: GenerationId,
  become: (content: Content, state: ConfigState, detail: string | null) => void,
): void {
  const { rule, hash } = content;
  const { action, path } = rule;
  const fields = { path, hash, action: showAction(action), generation: serving };
  const message = `${path} has new content ${hash}: ${showAction(action)}`;
  world.say({ level: "info", event: "config-changed", message, fields });
  if (action.kind === "signal") {
    world.dispatch({ kind: "signal-received", signal: action.signal });
    become(content, "told", null);
  } else if (action.kind === "swap") {
    become(content, "starting", null);
    world.dispatch({ kind: "reload-requested" });
  } else {
    become(content, "asked", null);
    void world.post(serving, action).then(({ good, detail }) => {
      const level = good ? "info" : "warn";
      const said = `${path} ${hash}: the service answered ${detail}`;
      const told = { ...fields, detail };
      world.say({ level, event: "config-answered", message: said, fields: told });
      // A later generation may have been asked meanwhile.
      if (content.state === "asked") become(content, good ? "answered" : "refused", detail);
    });
  }
}
