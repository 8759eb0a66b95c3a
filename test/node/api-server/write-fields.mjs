// node write-fields.mjs OPENAPI-V2.json FILE: writes the fields of the workload kinds, one type a line, for src/manifest/fields.
import { readFileSync, writeFileSync } from "node:fs";

const [openApi, file] = process.argv.slice(2);
const { definitions, info } = JSON.parse(readFileSync(openApi, "utf8"));
const ROOTS = [
  "core.v1.Pod",
  "apps.v1.Deployment",
  "apps.v1.StatefulSet",
  "apps.v1.DaemonSet",
  "apps.v1.ReplicaSet",
  "batch.v1.Job",
  "batch.v1.CronJob",
];
/** Types that read their JSON themselves. */
const OWN = { Quantity: "quantity", IntOrString: "int-or-string", Time: "string", FieldsV1: "any" };
const PREFIX = "#/definitions/";

const structs = new Map();
const shortName = (name) => name.split(".").at(-1);

function typeOf(schema) {
  if (schema.$ref !== undefined) return referenced(schema.$ref.slice(PREFIX.length));
  if (schema.type === "array") return `[]${typeOf(schema.items)}`;
  if (schema.type === "object")
    return schema.additionalProperties === undefined
      ? "any"
      : `{}${typeOf(schema.additionalProperties)}`;
  if (schema.type === "boolean") return "bool";
  return schema.format ?? schema.type;
}

function referenced(name) {
  const short = shortName(name);
  if (OWN[short] !== undefined) return OWN[short];
  // A status is written by Kubernetes, and a stranger's is not looked at.
  if (/(^|[a-z])Status$/.test(short)) return "any";
  visit(name);
  return short;
}

function visit(name) {
  const short = shortName(name);
  if (structs.has(short)) return;
  structs.set(short, "");
  const fields = Object.entries(definitions[name].properties).map(
    ([field, schema]) => `${field}:${typeOf(schema)}`,
  );
  structs.set(short, `${short} ${fields.join(" ")}`);
}

for (const root of ROOTS) visit(`io.k8s.api.${root}`);
writeFileSync(
  file,
  [
    "// Written by test/node/api-server/write-fields.mjs from the API server's own description.",
    "",
    `/** Every type of the workload kinds of Kubernetes ${info.version.replace(/^v/, "")}, one a line: its name and its fields with their types. */`,
    "export const KUBE_FIELDS = `",
    ...[...structs.values()].sort(),
    "`;",
    "",
  ].join("\n"),
);
