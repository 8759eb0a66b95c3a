import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeVersion } from "#kubelet/node-version.js";
import { besideModel } from "#lab/cluster/beside-model.js";
import { modelLives, podOf } from "#lab/cluster/model-lives.js";
import { type PodAsked, podManifest } from "#lab/cluster/pod-manifest.js";

const place = { image: "tools:1", node: "node1", lifeSeconds: 300 };
const LIVENESS = {
  httpGet: { path: "/", port: 8080 },
  ...{ initialDelaySeconds: 5, periodSeconds: 10, failureThreshold: 3 },
};

test("it is as the restricted profile wants it, on one node, and ends by itself", () => {
  const { spec } = podManifest("a", { program: "true" }, place) as unknown as {
    readonly spec: {
      readonly activeDeadlineSeconds: number;
      readonly automountServiceAccountToken: boolean;
      readonly securityContext: object;
      readonly affinity: object;
      readonly containers: readonly { readonly securityContext: object }[];
    };
  };
  assert.equal(spec.activeDeadlineSeconds, 300);
  assert.equal(spec.automountServiceAccountToken, false);
  assert.deepEqual(spec.securityContext, {
    ...{ runAsNonRoot: true, runAsUser: 65_532, runAsGroup: 65_532 },
    seccompProfile: { type: "RuntimeDefault" },
  });
  for (const { securityContext } of spec.containers) {
    assert.deepEqual(securityContext, {
      ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
      capabilities: { drop: ["ALL"] },
    });
  }
  assert.match(
    JSON.stringify(spec.affinity),
    /"metadata.name","operator":"In","values":\["node1"\]/,
  );
});

const everything: PodAsked = {
  ...{ program: "true", livenessProbe: LIVENESS, graceSeconds: 4, preStopSeconds: 2 },
  ...{ configMap: "values", shareProcessNamespace: true, restartPolicy: "Never" },
  initPrograms: ["true", "sleep 1"],
};

test("an API server takes it with all that an arm may ask for, and the model reads the same", () => {
  const pod = podOf(podManifest("a", everything, place));
  assert.equal(pod.spec.terminationGracePeriodSeconds, 4);
  assert.equal(pod.spec.shareProcessNamespace, true);
  assert.equal(pod.spec.restartPolicy, "Never");
  assert.deepEqual(
    pod.spec.initContainers.map(({ name, command }) => [name, command?.at(-1)]),
    [
      ["init-1", "true"],
      ["init-2", "sleep 1"],
    ],
  );
  const [container] = pod.spec.containers;
  assert.equal(container?.livenessProbe?.initialDelaySeconds, 5);
  assert.deepEqual(container?.lifecycle.preStop, { kind: "sleep", seconds: 2 });
  assert.deepEqual(
    container?.volumeMounts.map(({ mountPath, subPath }) => [mountPath, subPath]),
    [
      ["/tmp", null],
      ["/config", null],
      ["/by-path/value", "value"],
    ],
  );
});

test("probes of each kind, a hook that is a program, a sidecar and a second volume are what was asked for", () => {
  const page = { httpGet: { path: "/", port: 8080 } };
  const pod = podOf(
    podManifest(
      "a",
      {
        ...{
          program: "true",
          preStopProgram: "sleep 3",
          sidecarProgram: "look",
          otherVolume: true,
        },
        initPrograms: ["true"],
        readinessProbe: { ...page, successThreshold: 2 },
        startupProbe: { ...page, failureThreshold: 15 },
      },
      place,
    ),
  );
  assert.deepEqual(
    pod.spec.initContainers.map(({ name, restartPolicy }) => [name, restartPolicy]),
    [
      ["sidecar", "Always"],
      ["init-1", null],
    ],
  );
  const [container] = pod.spec.containers;
  assert.equal(container?.livenessProbe, null);
  assert.equal(container?.readinessProbe?.successThreshold, 2);
  assert.equal(container?.startupProbe?.failureThreshold, 15);
  assert.deepEqual(container?.lifecycle.preStop, {
    ...{ kind: "exec", command: ["sh", "-c", "sleep 3"] },
  });
  assert.deepEqual(
    container?.volumeMounts.map(({ mountPath }) => mountPath),
    ["/tmp", "/other"],
  );
});

test("a probe on an init container is refused, as by an API server", () => {
  const initProbe = { tcpSocket: { port: 80 } };
  const manifest = podManifest("a", { ...everything, initProbe }, place);
  assert.throws(() => podOf(manifest), /may not be set for init containers/);
});

test("a start of 36 s under D 5, P 10, F 3 is killed between 25 and 35 s in every life", () => {
  const pod = podOf(podManifest("a", { program: "true", livenessProbe: LIVENESS }, place));
  const script = {
    ...{ exitsAfter: () => null, termTakes: () => 0, termCode: 0 },
    healthy: (age: number) => age >= 36,
  };
  const lives = modelLives(pod, script, { version: nodeVersion(36), untilSeconds: 45 });
  const rows = besideModel([{ lines: lives[0] ?? [], watchedSeconds: 45 }], lives);
  const kill = rows.find(({ what }) => what === "kill 1, after start 1");
  assert.ok(kill !== undefined && kill.model !== null);
  // Where in its second a container starts decides whether its first tick counts.
  assert.ok(kill.model.from >= 24 && kill.model.from < 26, `${kill.model.from}`);
  assert.ok(kill.model.to > 33.5 && kill.model.to <= 35, `${kill.model.to}`);
});

test("a preStop hook takes its time in the model", () => {
  const asked = { program: "true", livenessProbe: LIVENESS, preStopSeconds: 3 };
  const pod = podOf(podManifest("a", asked, place));
  const script = { exitsAfter: () => null, termTakes: () => 1, healthy: () => false };
  const lives = modelLives(pod, script, { version: nodeVersion(36), untilSeconds: 60 });
  const rows = besideModel([{ lines: lives[0] ?? [], watchedSeconds: 60 }], lives);
  const end = rows.find(({ what }) => what === "end 1, after kill 1");
  assert.deepEqual(end?.model, { from: 4, to: 4 });
});
