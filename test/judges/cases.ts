import { CONDITIONS } from "#policy/conditions/all.js";
import { RULES } from "#rules/catalogue.js";
import { asksAbout } from "#test/policy/differences.js";
import { firesInCel } from "#test/policy/evaluate-cel.js";
import { type AskedObject, askedObjects } from "#test/policy/objects.js";

/** An object that every engine is asked about, and what each must say of it. */
export interface Case {
  readonly name: string;
  readonly rule: string;
  readonly makesPods: boolean;
  readonly object: Record<string, unknown>;
  readonly others: readonly Record<string, unknown>[];
  /** Rule → names of containers, or of the object. Rules that pass are not in it. */
  readonly fires: Readonly<Record<string, readonly string[]>>;
}

/** Every object of every example, each example in a namespace of its own, so that one engine can hold them all at once. */
export function cases(): readonly Case[] {
  const examples = new Map<string, number>();
  return askedObjects().map((asked) => {
    const example = asked.name.replace(/#\d+/, "");
    const index = examples.get(example) ?? examples.size;
    examples.set(example, index);
    const move = (object: Record<string, unknown>) => moved(object, index);
    const here = { ...asked, object: move(asked.object), others: asked.others.map(move) };
    return { ...here, fires: firesOn(here) };
  });
}

function firesOn(asked: AskedObject): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    CONDITIONS.filter((one) => asksAbout(one, asked)).flatMap((condition) => {
      const names = firesInCel(condition, asked.object, asked.others);
      return names.length === 0 ? [] : [[condition.rule, names] as const];
    }),
  );
}

function moved(object: Record<string, unknown>, index: number): Record<string, unknown> {
  const metadata = object.metadata as { namespace?: string };
  const namespace = `n${index}-${metadata.namespace ?? "default"}`;
  return { ...object, metadata: { ...metadata, namespace } };
}

/** As a line that can be compared: `HP206/fires-a.yaml#0: HP206 HP1103`. */
export const verdictLine = (name: string, rules: Iterable<string>): string =>
  `${name}: ${[...new Set(rules)].sort().join(" ")}`;

export const inventoryRules: ReadonlySet<string> = new Set(
  RULES.filter(({ exports }) => exports === "R+").map(({ id }) => id),
);

export const rulesOf = ({ fires }: Case): string[] => Object.keys(fires);
