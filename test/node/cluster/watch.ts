import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** What the API server tells of one object; null: it is gone. */
export type Watched<T> = (object: T | null, atMs: number) => void;

export interface Watch {
  stop(): void;
}

/**
 * Follows the one object of that name (or those that name it in another field) from now on, its present state first. `path` is the API path of the collection,
 * such as /api/v1/namespaces/e2e/pods.
 */
export function watchObject<T>(
  path: string,
  name: string,
  tell: Watched<T>,
  field = "metadata.name",
): Watch {
  return follow<T>(path, `fieldSelector=${field}=${name}`, tell);
}

/** The same for whatever carries the label, for objects that others name. */
export function watchLabelled<T>(path: string, label: string, tell: Watched<T>): Watch {
  return follow<T>(path, `labelSelector=${encodeURIComponent(label)}`, tell);
}

function follow<T>(path: string, selector: string, tell: Watched<T>): Watch {
  const url = `${path}?watch=1&${selector}`;
  const child: ChildProcess = spawn("kubectl", ["get", "--raw", url], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (child.stdout === null) throw new Error("kubectl has no standard output");
  createInterface({ input: child.stdout }).on("line", (line) => {
    const event = JSON.parse(line) as { type: string; object: T };
    tell(event.type === "DELETED" ? null : event.object, performance.now());
  });
  return { stop: () => child.kill("SIGKILL") };
}
