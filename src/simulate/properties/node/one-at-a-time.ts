import type { LifeEvent } from "#model/life/life-event.js";
import type { LifeChecker } from "#simulate/properties/checker.js";
import { seconds } from "./container-streams.js";

/** K14: while one container of a pod is being killed, none of the pod starts. */
export const oneAtATime: LifeChecker = {
  watches: "K14",
  look({ run }) {
    const killing = new Map<string, Set<string>>();
    for (const event of run.events) {
      if (event.src !== "kubelet" || event.container === undefined) continue;
      const open = killing.get(event.pod) ?? new Set<string>();
      killing.set(event.pod, open);
      const wrong = follow(open, event, event.container);
      if (wrong !== null) return `${event.pod} at ${seconds(event.t)}: ${wrong}`;
    }
    return null;
  },
};

function follow(open: Set<string>, event: LifeEvent, container: string): string | null {
  if (event.ev === "killing") open.add(container);
  if (event.ev === "exited") open.delete(container);
  if (event.ev !== "started" || open.size === 0) return null;
  return `${container} starts while ${[...open].join(" and ")} is being killed`;
}
