// node record-stored.mjs MANIFESTS FILE: sends every document to the API server that $KUBECONFIG names, as a dry run, and writes
// what it would have stored, with everything it filled in.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const [manifests, file] = process.argv.slice(2);
const objects = readFileSync(manifests, "utf8").split(/^---$/m).map(stored);
writeFileSync(file, `${JSON.stringify(objects)}\n`);

function stored(manifest) {
  const args = ["create", "--dry-run=server", "-o", "json", "-f", "-"];
  const { status, stdout, stderr } = spawnSync("kubectl", args, {
    input: manifest,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  // A Job's selector holds an id that is another one every time.
  const text = stdout.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "an-id");
  const { apiVersion, kind, metadata, spec } = JSON.parse(text);
  const { name, namespace, labels } = metadata;
  if (kind === "Pod") leaveOutServiceAccount(spec);
  return { apiVersion, kind, metadata: { name, namespace, labels }, spec };
}

/** What admission adds to a pod is no default of its fields. */
function leaveOutServiceAccount(spec) {
  const ours = ({ name }) => !name.startsWith("kube-api-access-");
  spec.volumes = spec.volumes?.filter(ours);
  for (const container of spec.containers)
    container.volumeMounts = container.volumeMounts?.filter(ours);
}
