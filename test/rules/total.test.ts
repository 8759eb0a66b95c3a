import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readCheckOptions } from "#cli/check/check-options.js";
import { loadProject } from "#cli/check/load-project.js";
import { RULES } from "#rules/catalogue.js";
import { judge } from "#rules/judge/judge.js";
import { temporaryFolder } from "#test/edge/watch/folder.js";

const POD = `apiVersion: v1
kind: Pod
metadata: { name: shop, namespace: web, labels: { app: shop }, annotations: { hotpod.dev/hot-path: /srv/shop } }
spec:
  containers:
    - { name: api, image: shop, ports: [{ name: http, containerPort: 8080 }], env: [{ name: A, valueFrom: { secretKeyRef: { name: db, key: a } } }] }
`;

const ODD = ["null", "0", "-1.5", "true", '""', "a", "[]", "[null, [1], {}]", "{ a: {} }", "{}"];
const OBJECTS: Readonly<Record<string, readonly string[]>> = {
  Service: [
    "spec",
    "spec.ports",
    "spec.selector",
    "spec.type",
    "spec.clusterIP",
    "spec.publishNotReadyAddresses",
  ],
  Ingress: ["spec", "spec.rules", "spec.tls", "spec.ingressClassName", "metadata.annotations"],
  Secret: ["data", "stringData", "type", "metadata.annotations", "sops"],
  ServiceAccount: ["automountServiceAccountToken"],
  HotUpdate: ["spec"],
  Node: ["spec"],
};

/** `spec.ports` and `[]` → nested YAML in one line. */
function field(path: string, value: string): string {
  const [first = "", ...rest] = path.split(".");
  if (rest.length === 0) return `${first}: ${value}`;
  const selector = first === "spec" && rest[0] !== "selector" ? "selector: { app: shop }, " : "";
  const names = first === "metadata" ? "name: db, namespace: web, " : "";
  return `${first}: { ${selector}${names}${field(rest.join("."), value)} }`;
}

test("objects beside workloads may hold anything", (t) => {
  const file = join(temporaryFolder(t), "all.yaml");
  for (const [kind, paths] of Object.entries(OBJECTS)) {
    const apiVersion = kind === "Ingress" ? "networking.k8s.io/v1" : "v1";
    for (const path of paths) {
      const metadata = path.startsWith("metadata")
        ? ""
        : "metadata: { name: db, namespace: web }\n";
      for (const value of ODD) {
        const object = `apiVersion: ${apiVersion}\nkind: ${kind}\n${metadata}${field(path, value)}\n`;
        writeFileSync(file, `${POD}---\n${object}`);
        const { project, unread } = loadProject(readCheckOptions([file]));
        assert.deepEqual(unread, [], object);
        assert.ok(judge(project, RULES).evaluated > 0, object);
      }
    }
  }
});
