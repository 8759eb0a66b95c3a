import type { Condition } from "#policy/condition.js";
import { KNATIVE } from "#policy/variables.js";
import { firesInCel } from "./evaluate-cel.js";
import { type AskedObject, builtIn } from "./objects.js";

export interface JudgedObject extends AskedObject {
  readonly said: ReadonlyMap<string, readonly string[]>;
}

export function judged(
  objects: readonly AskedObject[],
  rules: ReadonlySet<string>,
): JudgedObject[] {
  return objects.map((one) => ({ ...one, said: builtIn(rules, one.object, one.others) }));
}

/** The objects that a policy of this condition is asked about. */
export function askedOf(condition: Condition, objects: readonly JudgedObject[]): JudgedObject[] {
  return objects.filter((one) => asksAbout(condition, one));
}

export function asksAbout({ kinds }: Condition, { object, makesPods }: AskedObject): boolean {
  return kinds === undefined ? makesPods : kinds.includes(kindOf(object, makesPods));
}

const kindOf = ({ kind }: Record<string, unknown>, makesPods: boolean): string =>
  kind === "Service" && makesPods ? KNATIVE : String(kind);

/** Where a condition and its rule say different things: `extra` or `silent`, the object, the container. */
export function differences(condition: Condition, objects: readonly JudgedObject[]): string[] {
  return askedOf(condition, objects).flatMap((one) => {
    const built = one.said.get(condition.rule) ?? [];
    const exported = firesInCel(condition, one.object, one.others);
    return [
      ...exported
        .filter((name) => !built.includes(name))
        .map((name) => `extra ${one.name} ${name}`),
      ...built
        .filter((name) => !exported.includes(name))
        .map((name) => `silent ${one.name} ${name}`),
    ];
  });
}
