import type { InputFile } from "#cli/check/load-project.js";
import { readDocuments } from "#manifest/text/read-documents.js";
import { kubeObjects } from "#manifest/workload/kube-object.js";
import { fieldsOf, scalarText } from "#rules/subject/fields.js";

export interface MergedFiles {
  readonly files: readonly InputFile[];
  /** What was left out, in sentences. */
  readonly notes: readonly string[];
}

/** An object that is in the files and in the cluster counts as the files have it: they are what can be changed. */
export function filesBeforeCluster(files: readonly InputFile[]): MergedFiles {
  const cluster = files.find(({ ofCluster }) => ofCluster === true);
  const manifests = files.filter(
    ({ kind, ofCluster }) => kind === "manifest" && ofCluster !== true,
  );
  if (cluster === undefined || manifests.length === 0) return { files, notes: [] };
  const written = new Set(
    manifests.flatMap(({ file, text }) =>
      kubeObjects(readDocuments(text, file).documents).objects.map(({ value }) => keyOf(value)),
    ),
  );
  const answer = fieldsOf(JSON.parse(cluster.text));
  const items = Array.isArray(answer.items) ? answer.items.map(fieldsOf) : [];
  const kept = items.filter((item) => !written.has(keyOf(item)));
  const left = items.filter((item) => written.has(keyOf(item)));
  if (left.length === 0) return { files, notes: [] };
  const text = JSON.stringify({ ...answer, items: kept }, null, 4);
  const names = left.map(nameOf).toSorted();
  return {
    files: files.map((one) => (one === cluster ? { ...one, text } : one)),
    notes: [`In the cluster and in the files, counted as the files have it: ${names.join(", ")}`],
  };
}

type Item = Readonly<Record<string, unknown>>;

/** Versions of an API are ways to write the same object. */
function keyOf(item: Item): string {
  const [group = ""] = scalarText(item.apiVersion).split("/");
  return `${scalarText(item.apiVersion).includes("/") ? group : ""} ${nameOf(item)}`;
}

function nameOf({ kind, metadata }: Item): string {
  const { namespace, name } = fieldsOf(metadata);
  return `${scalarText(namespace) || "default"}/${scalarText(kind)}/${scalarText(name)}`;
}
