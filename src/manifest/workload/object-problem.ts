import { type FieldPath, pathText } from "#manifest/fields/field-path.js";
import type { KubeObject } from "./kube-object.js";

/** Something about an object, where it stands, in the API server's words where it has any. */
export interface ObjectProblem {
  /** `type`: cannot be decoded, so nothing else of the object is looked at. `dropped`: accepted, and of no effect. */
  readonly kind: "type" | "unknown-field" | "invalid" | "dropped";
  readonly path: FieldPath;
  readonly text: string;
}

/** As kubectl prints it: one line, or a list; "" when nothing is refused. */
export function refusalText(object: KubeObject, problems: readonly ObjectProblem[]): string {
  const version = object.apiVersion.split("/").at(-1) ?? "";
  const unreadable = `${object.kind} in version ${JSON.stringify(version)} cannot be handled as a ${object.kind}`;
  const type = problems.find(({ kind }) => kind === "type");
  if (type !== undefined) return `${unreadable}: ${type.text}`;
  const unknown = problems.filter(({ kind }) => kind === "unknown-field").map(({ text }) => text);
  if (unknown.length > 0)
    return `${unreadable}: strict decoding error: ${unknown.sort().join(", ")}`;
  const lines = problems
    .filter(({ kind }) => kind === "invalid")
    .map(({ path, text }) => `${pathText(path)}: ${text}`);
  if (lines.length === 0) return "";
  const list = lines.length === 1 ? lines[0] : `\n* ${lines.join("\n* ")}`;
  return `The ${object.kind} ${JSON.stringify(object.name)} is invalid: ${list}`;
}
