import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { readStructTable } from "#manifest/fields/struct-table.js";
import { readDocuments } from "#manifest/text/read-documents.js";
import { type KubeObject, kubeObjects } from "#manifest/workload/kube-object.js";
import { refusalText } from "#manifest/workload/object-problem.js";
import { readWorkload } from "#manifest/workload/read-workload.js";
import { workloadKind } from "#manifest/workload/workload-kind.js";
import type { WorkloadReading } from "#manifest/workload/workload-reading.js";
import type { Workload } from "#model/kube/workload.js";

const table = readStructTable();

function objects(text: string): readonly KubeObject[] {
  const { documents, problems } = readDocuments(text, "a.yaml");
  assert.deepEqual(problems, []);
  return kubeObjects(documents).objects;
}

function read(object: KubeObject, minor = 36): WorkloadReading {
  const kind = workloadKind(object);
  assert.ok(kind !== null);
  return readWorkload(object, kind, { minor, table, unknownFields: "refuse" });
}

function workload(object: KubeObject | undefined): Workload {
  assert.ok(object !== undefined);
  const { workload: found, problems } = read(object);
  assert.ok(found !== null, refusalText(object, problems));
  return found;
}

describe("readWorkload", () => {
  const FOLDER = "test/manifest/workload/fixtures";
  const given = objects(readFileSync(`${FOLDER}/workloads.yaml`, "utf8"));
  /** What an API server of Kubernetes 1.36 would store: test/node/api-server/record-stored.mjs. */
  const stored = JSON.parse(readFileSync(`${FOLDER}/stored.json`, "utf8")) as object[];

  given.forEach((object, index) => {
    const name = /^# (.*)$/m.exec(object.document.text)?.[1] ?? "";
    test(`fills in what the API server does: ${name}`, () => {
      const [there] = objects(JSON.stringify(stored[index]));
      const expected = workload(there);
      const { labels, ...template } = workload(object).template;
      // The API server labels the pods of a Job itself.
      const ours = object.kind === "Job" ? expected.template.labels : labels;
      assert.deepEqual({ ...workload(object), template: { ...template, labels: ours } }, expected);
    });
  });

  test("says what a life depends on", () => {
    const { template, replicas, rollout } = workload(given[0]);
    const [api] = template.spec.containers;
    assert.equal(replicas, 3);
    assert.deepEqual(rollout?.maxUnavailable, { kind: "percent", percent: 10 });
    assert.deepEqual(api?.resources.limits, { cpuMillis: 1500, memoryBytes: 1.5 * 2 ** 30 });
    assert.deepEqual(api?.resources.requests, { cpuMillis: 100, memoryBytes: 1.5 * 2 ** 30 });
    assert.equal(api?.startupProbe?.periodSeconds, 10);
    assert.equal(api?.livenessProbe?.terminationGracePeriodSeconds, 8);
    assert.deepEqual(api?.lifecycle.preStop, { kind: "sleep", seconds: 5 });
    assert.equal(template.spec.initContainers[1]?.restartPolicy, "Always");
    assert.equal(workload(given[2]).template.spec.terminationGracePeriodSeconds, 1);
  });

  test("fields that a version drops are told and have no effect", () => {
    const [object] = objects(
      "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: a, image: b, lifecycle: {stopSignal: SIGINT}}]}}",
    );
    assert.ok(object !== undefined);
    const { workload: found, problems } = read(object);
    assert.equal(found?.template.spec.containers[0]?.lifecycle.stopSignal, null);
    assert.deepEqual(
      problems.map(({ kind, text }) => [kind, text]),
      [["dropped", "dropped by Kubernetes 1.36: its feature ContainerStopSignals is off"]],
    );
  });

  test("older versions refuse what they do not have", () => {
    const [object] = objects(
      "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: a, image: b, restartPolicy: Never, lifecycle: {preStop: {sleep: {seconds: 0}}}}]}}",
    );
    assert.ok(object !== undefined);
    assert.equal(refusalText(object, read(object, 36).problems), "");
    assert.equal(
      refusalText(object, read(object, 31).problems),
      [
        'The Pod "a" is invalid: ',
        "* spec.containers[0].lifecycle.preStop.sleep: Invalid value: 0: must be greater than 0 and less than terminationGracePeriodSeconds (30). Enable AllowPodLifecycleSleepActionZeroValue feature gate for zero sleep.",
        "* spec.containers[0].restartPolicy: Forbidden: may not be set for non-init containers",
      ].join("\n"),
    );
  });

  test("a Rollout of Argo is reduced to its template and its canary", () => {
    const rollout = (spec: string): KubeObject | undefined =>
      objects(
        `{apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: {name: r}, spec: {${spec}}}`,
      )[0];
    const template =
      "template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: b}]}}";
    const canary = workload(
      rollout(
        `replicas: 4, strategy: {canary: {maxSurge: 1, steps: [{setWeight: 20}]}}, ${template}`,
      ),
    );
    assert.equal(canary.replicas, 4);
    assert.deepEqual(canary.rollout?.maxSurge, { kind: "count", pods: 1 });
    assert.deepEqual(canary.rollout?.maxUnavailable, { kind: "percent", percent: 25 });
    const blueGreen = workload(rollout(`strategy: {blueGreen: {activeService: a}}, ${template}`));
    assert.deepEqual(blueGreen.rollout?.maxSurge, { kind: "percent", percent: 100 });
    const refused = (object: KubeObject | undefined): string => {
      assert.ok(object !== undefined);
      return refusalText(object, read(object).problems);
    };
    assert.equal(
      refused(rollout("workloadRef: {kind: Deployment, name: api}")),
      'The Rollout "r" is invalid: spec.workloadRef: Invalid value: "api": the template is in another object, so that object has to be given',
    );
    assert.match(
      refused(rollout("template: {spec: {containers: [{name: a, image: b, port: []}]}}")),
      /unknown field "spec\.template\.spec\.containers\[0\]\.port"$/,
    );
  });

  test("a Service of Knative is reduced to its template; one of Kubernetes is none", () => {
    const text = (version: string): string =>
      `{apiVersion: ${version}, kind: Service, metadata: {name: s}, spec: {template: {metadata: {annotations: {autoscaling.knative.dev/min-scale: '2'}}, spec: {containerConcurrency: 1, timeoutSeconds: 20, containers: [{image: b, ports: [{containerPort: 9000}], readinessProbe: {httpGet: {path: /r}}}]}}}}`;
    const { template, replicas } = workload(objects(text("serving.knative.dev/v1"))[0]);
    assert.equal(replicas, 2);
    assert.equal(template.spec.terminationGracePeriodSeconds, 20);
    const [container] = template.spec.containers;
    assert.equal(container?.name, "user-container");
    assert.deepEqual(
      container?.readinessProbe?.handler.kind === "httpGet" &&
        container.readinessProbe.handler.port,
      9000,
    );
    const [service] = objects(text("v1"));
    assert.ok(service !== undefined);
    assert.equal(workloadKind(service), null);
  });

  test("items of a List are objects, with their place", () => {
    const found = objects(
      '{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}}, {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}}]}',
    );
    assert.deepEqual(
      found.map(({ kind, name }) => `${kind}/${name}`),
      ["ConfigMap/c", "Pod/p"],
    );
  });
});
