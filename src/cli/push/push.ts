import { UserError } from "#base/user-error.js";
import type { CommandContext } from "#cli/command-line.js";
import { monotonicNow } from "#edge/clock.js";
import { type ConfigCluster, configCluster } from "#edge/cluster/config-cluster.js";
import { wallTime } from "#edge/wall-clock.js";
import { type CallFailure, failureWords } from "#model/kube/call-failure.js";
import {
  type ConfigChange,
  type ConfigMapObject,
  changeConfigMap,
  ownerOf,
  problemOf,
} from "#push/config-change.js";
import { type PodObject, type Reader, readersOf } from "#push/readers.js";
import {
  keysText,
  outcomeText,
  type PushOutcome,
  type PushReport,
  pushText,
} from "#report/push/push-text.js";
import { askFollowed, awaitReader, type KnownReader } from "./ask-reader.js";
import { inBatches } from "./in-batches.js";
import { pushHelp } from "./push-help.js";
import { type PushOptions, readPushOptions } from "./push-options.js";

/** Its patch makes the kubelet look at once; its value is new each time, or nothing would be patched. */
const ANNOTATION = "hotpod.dev/config-push";
/** So many containers are asked at a time: each is a kubectl of its own. */
const AT_ONCE = 16;

/** `hotpod push config`. Exit code 1: not every pod has reported the new content. */
export async function pushCommand(context: CommandContext): Promise<number> {
  const options = readPushOptions(context.argv);
  if (options.help) {
    context.out.write(pushHelp());
    return 0;
  }
  const say = (text: string): void => {
    if (!options.json && text !== "") context.out.write(text);
  };
  const cluster = configCluster(options);
  const { before, pods } = await look(cluster, options);
  const change = changeConfigMap(before, options.given, options.prune);
  refuse(before, change);
  say(heading(before, change, options));
  const readers = readersOf(pods, options.configMap);
  const known = await inBatches(AT_ONCE, readers, (reader) => askFollowed(cluster, reader, change));
  const report = await push(cluster, options, before, change, known, say);
  if (options.json) context.out.write(JSON.stringify(report, null, 2));
  else say(pushText(report));
  return report.good ? 0 : 1;
}

async function look(
  cluster: ConfigCluster,
  { configMap, selector }: PushOptions,
): Promise<{ readonly before: ConfigMapObject; readonly pods: readonly PodObject[] }> {
  const [map, list] = await Promise.all([cluster.configMap(configMap), cluster.pods(selector)]);
  if (!map.ok) {
    throw clusterError(map.error, `the ConfigMap ${configMap} cannot be read`, CREATE);
  }
  if (!list.ok) throw clusterError(list.error, "the pods cannot be listed", RIGHTS);
  const before = JSON.parse(map.value) as ConfigMapObject;
  const { items } = JSON.parse(list.value) as { items: readonly PodObject[] };
  return { before, pods: items };
}

const CREATE =
  "A new one is made by kubectl create configmap; a pod reads it once it mounts it. Is it another namespace (-n)?";
const RIGHTS =
  "It needs get and update of configmaps, list and patch of pods, create of pods/exec.";

function refuse(before: ConfigMapObject, change: ConfigChange): void {
  const problem = problemOf(before, change);
  const { name } = before.metadata;
  if (problem?.kind === "immutable") {
    throw new UserError({
      code: "immutable",
      message: `the ConfigMap ${name} is immutable: nobody can change it`,
      hint: "Make one of another name and let the workload mount that.",
      exitCode: 1,
    });
  }
  if (problem?.kind === "too-large") {
    throw new UserError({
      code: "too-large",
      message: `the ConfigMap ${name} would hold ${problem.bytes} bytes; 1048576 are the most there can be`,
      hint: "Divide it, or leave keys out; --prune removes those that are not given.",
      exitCode: 1,
    });
  }
}

function heading(before: ConfigMapObject, change: ConfigChange, options: PushOptions): string {
  const { name, namespace } = before.metadata;
  const what = `ConfigMap ${namespace}/${name}`;
  if (change.replacement === null) return `${what} holds this already`;
  const owner = ownerOf(before);
  const theirs =
    owner === null
      ? []
      : [`  ${owner} manages it and may write over this: change it there as well`];
  const verb = options.dryRun ? "would change" : "changes";
  return [`${what} ${verb}:`, keysText(change), ...theirs].join("\n");
}

async function push(
  cluster: ConfigCluster,
  options: PushOptions,
  before: ConfigMapObject,
  change: ConfigChange,
  known: readonly KnownReader[],
  say: (text: string) => void,
): Promise<PushReport> {
  const { dryRun } = options;
  const beganAt = monotonicNow();
  const { iso } = wallTime();
  const updated = !dryRun && change.replacement !== null;
  if (updated) await replace(cluster, change);
  const elapsed = (): number => Math.round(monotonicNow() - beganAt);
  const settle = async (reader: KnownReader): Promise<readonly PushOutcome[]> => {
    const outcomes = await awaitReader(cluster, reader, options, elapsed);
    for (const outcome of outcomes) say(outcomeText(outcome));
    return outcomes;
  };
  const patched = dryRun ? Promise.resolve() : wake(cluster, known, say);
  const outcomes = (await inBatches(AT_ONCE, known, settle)).flat();
  await patched;
  const { added, changed, removed, same } = change;
  return {
    configMap: before.metadata.name,
    namespace: before.metadata.namespace,
    dryRun,
    change: { added, changed, removed, same },
    updated,
    updatedAt: updated ? iso : null,
    outcomes,
    good: dryRun || isReported(known, outcomes),
    tookMs: elapsed(),
  };
}

async function replace(cluster: ConfigCluster, { replacement }: ConfigChange): Promise<void> {
  const done = await cluster.replace(replacement ?? {});
  if (done.ok) return;
  throw clusterError(
    done.error,
    "the ConfigMap was not changed",
    "If somebody else has changed it meanwhile, push again: it is read anew.",
  );
}

/** Any update of a pod makes its kubelet bring what waits. */
async function wake(
  cluster: ConfigCluster,
  known: readonly KnownReader[],
  say: (text: string) => void,
): Promise<void> {
  const mounting = known.filter(({ reader }) => reader.how.kind === "mounted");
  const pods = [...new Set(mounting.map(({ reader }) => reader.pod))];
  if (pods.length === 0) return;
  // Colons are allowed in the value of an annotation.
  const done = await cluster.annotate(pods, ANNOTATION, wallTime().iso);
  // The reports tell which pods have it all the same.
  if (!done.ok) say(`the pods could not be patched: ${failureWords(done.error)}`);
}

/** Each pod in at least one place, and badly in none. */
function isReported(known: readonly KnownReader[], outcomes: readonly PushOutcome[]): boolean {
  const pods = new Set(known.map(({ reader }: { readonly reader: Reader }) => reader.pod));
  return [...pods].every((pod) => {
    const own = outcomes.filter((one) => one.pod === pod);
    return (
      own.every(({ state }) => !BAD.has(state)) && own.some(({ state }) => state !== "unknown")
    );
  });
}

const BAD: ReadonlySet<PushOutcome["state"]> = new Set(["late", "refused", "fixed"]);

function clusterError(failure: CallFailure, message: string, hint: string): UserError {
  if (failure.kind === "no-kubectl") {
    return new UserError({
      code: "no-kubectl",
      message: "kubectl is not in PATH, and hotpod asks a cluster through it",
      hint: "Install kubectl.",
      exitCode: 1,
    });
  }
  const words = failureWords(failure);
  return new UserError({ code: "cluster", message: `${message}: ${words}`, hint, exitCode: 1 });
}
