import { readCheckOptions } from "#cli/check/check-options.js";
import { loadProject, projectOf } from "#cli/check/load-project.js";
import type { KubeObject } from "#manifest/workload/kube-object.js";
import { workloadKind } from "#manifest/workload/workload-kind.js";
import { RULES } from "#rules/catalogue.js";
import { judge } from "#rules/judge/judge.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { fieldsOf } from "#rules/subject/fields.js";
import { fixtures } from "#test/rules/fixture-files.js";

/** An object of an example, as an API server would be asked about it. */
export interface AskedObject {
  /** `HP210/fires-one.yaml#0` */
  readonly name: string;
  /** The rule whose example it is. */
  readonly rule: string;
  readonly object: Record<string, unknown>;
  readonly makesPods: boolean;
  /** Everything else of the example, in its namespace. */
  readonly others: readonly Record<string, unknown>[];
}

/** Every object of every example. Those that the API server refuses are left out: no policy is asked about them. */
export function askedObjects(): AskedObject[] {
  return fixtures().flatMap(({ rule, name, argv }) => {
    const options = readCheckOptions(argv);
    const { project, refused } = loadProject(options);
    const served = new Set(
      project.workloads.filter(({ services }) => services.length > 0).map(({ object }) => object),
    );
    const bad = new Set(refused.map(({ object }) => object));
    const objects = [...project.workloads.map(({ object }) => object), ...project.others];
    const good = objects.filter((object) => !bad.has(object));
    const hot = new Map(
      project.workloads.map(({ object, running }) => [object, hotPathsOf(running)] as const),
    );
    return good.flatMap((object, index) => {
      const one = asked(object, index);
      const paths = HOT_FAMILIES.test(rule) ? (hot.get(object) ?? "") : "";
      if (paths === "") return [one];
      const annotated = told(one.object, { "hotpod.dev/hot-path": paths });
      return [one, { ...one, name: `${one.name}+hot-path`, object: annotated }];
    });
    function asked(object: KubeObject, index: number): AskedObject {
      return {
        name: `${rule}/${name}#${index}`,
        rule,
        object: told(object.value as Record<string, unknown>, {
          ...Object.fromEntries(options.timing.map(timingAnnotation)),
          ...(served.has(object) ? { "hotpod.dev/served": "true" } : {}),
        }),
        makesPods: workloadKind(object) !== null,
        others: good
          .filter(
            (one) =>
              one !== object && (one.namespace ?? "default") === (object.namespace ?? "default"),
          )
          .map(({ value }) => value as Record<string, unknown>),
      };
    }
  });
}

/** Families whose rules look at the files that a reload replaces. */
const HOT_FAMILIES = /^HP[135]\d\d$/;

/** What the built-in rules find in the tools' own words, as the annotation would say it. */
function hotPathsOf(containers: readonly ContainerSubject[]): string {
  const found = containers.filter(({ isHot, isManaged }) => isHot && !isManaged);
  const files = found.flatMap(({ hotPaths }) => hotPaths.files.map(({ path }) => path));
  return [...new Set(files)].join(",");
}

const timingAnnotation = (flag: string): [string, string] => {
  const [key = "", value = ""] = flag.split("=");
  return [`hotpod.dev/timing.${key}`, value];
};

/** The object with what only annotations can tell an API server; those it has already stay. */
function told(
  object: Record<string, unknown>,
  annotations: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const steps =
    { Pod: [], CronJob: ["spec", "jobTemplate", "spec", "template"] }[String(object.kind)] ??
    (fieldsOf(object.spec).template === undefined ? null : ["spec", "template"]);
  if (steps === null || Object.keys(annotations).length === 0) return object;
  const copy = structuredClone(object);
  let template = copy;
  for (const step of steps) template = template[step] as Record<string, unknown>;
  const metadata = fieldsOf(template.metadata);
  template.metadata = {
    ...metadata,
    annotations: { ...annotations, ...fieldsOf(metadata.annotations) },
  };
  return copy;
}

/**
 * What the built-in rules say of one object: rule → names of the containers, or of the object. Alone, as at admission; rules that
 * need an inventory see the others too.
 */
export function builtIn(
  rules: ReadonlySet<string>,
  object: Record<string, unknown>,
  others: readonly Record<string, unknown>[],
): ReadonlyMap<string, readonly string[]> {
  const inventory = (id: string): boolean => RULES.find((one) => one.id === id)?.exports === "R+";
  const alone = new Set([...rules].filter((id) => !inventory(id)));
  const beside = new Set([...rules].filter(inventory));
  return new Map([...saidOf(alone, object, []), ...saidOf(beside, object, others)]);
}

function saidOf(
  rules: ReadonlySet<string>,
  object: Record<string, unknown>,
  others: readonly Record<string, unknown>[],
): ReadonlyMap<string, readonly string[]> {
  const text = [object, ...others].map((one) => JSON.stringify(one)).join("\n---\n");
  const options = readCheckOptions(["object.yaml"]);
  const { project } = projectOf(options, [{ kind: "manifest", file: "object.yaml", text }]);
  const found = new Map<string, Set<string>>();
  for (const { rule, subject } of judge(
    project,
    RULES.filter(({ id }) => rules.has(id)),
  ).findings) {
    if (rule.exports === "R+" && subject.object?.value.kind !== object.kind) continue;
    const { name } = fieldsOf(object.metadata) as { name: string };
    if (subject.object !== null && subject.object.name !== name) continue;
    const names = found.get(rule.id) ?? new Set();
    names.add(subject.container ?? name);
    found.set(rule.id, names);
  }
  return new Map([...found].map(([id, names]) => [id, [...names].sort()]));
}
