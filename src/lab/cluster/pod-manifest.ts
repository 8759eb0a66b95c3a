import type { KubeObject } from "#ports/lab/kube-access.js";
import type { ArmContext } from "./cluster-scenario.js";

/** What an arm's pod is; all the rest is the same in every pod of the lab. */
export interface PodAsked {
  /** Run by the image's shell, as PID 1. */
  readonly program: string;
  /** As the API takes it. */
  readonly livenessProbe?: object;
  readonly readinessProbe?: object;
  readonly startupProbe?: object;
  readonly graceSeconds?: number;
  /** A preStop hook that sleeps. */
  readonly preStopSeconds?: number;
  /** A preStop hook that runs this in the container, in the image's shell. */
  readonly preStopProgram?: string;
  /** A ConfigMap that is mounted at /config, its key `value` once more by subPath at /by-path/value, and as $VALUE. */
  readonly configMap?: string;
  readonly shareProcessNamespace?: boolean;
  readonly restartPolicy?: "Always" | "Never";
  /** Runs beside all others, from before the first init container on. Its name is `sidecar`. */
  readonly sidecarProgram?: string;
  /** A volume of its own at /other, beside the one at /tmp. */
  readonly otherVolume?: boolean;
  /** Of its init containers, `init-1`, `init-2` and so on. */
  readonly initPrograms?: readonly string[];
  /** A startup probe on each of them. */
  readonly initProbe?: object;
}

export const CONTAINER = "app";
export const PORT = 8080;

/** A pod as a namespace with the `restricted` Pod Security profile takes it. */
export function podManifest(
  name: string,
  asked: PodAsked,
  place: Pick<ArmContext, "node" | "lifeSeconds"> & { readonly image: string },
): KubeObject {
  const { program, graceSeconds = 30, configMap, sidecarProgram, otherVolume = false } = asked;
  const value = { configMapKeyRef: { name: configMap, key: "value" } };
  const configMounts = [
    { name: "config", mountPath: "/config" },
    { name: "config", mountPath: "/by-path/value", subPath: "value" },
  ];
  const volumeMounts = [
    { name: "tmp", mountPath: "/tmp" },
    ...(otherVolume ? [{ name: "other", mountPath: "/other" }] : []),
  ];
  const common = (containerName: string, run: string) => ({
    ...{ name: containerName, image: place.image, imagePullPolicy: "IfNotPresent" },
    ...{ command: ["sh", "-c", run], resources: RESOURCES, securityContext: SECURE, volumeMounts },
  });
  const initContainers = (asked.initPrograms ?? []).map((run, index) => ({
    ...common(`init-${index + 1}`, run),
    ...(asked.initProbe === undefined ? {} : { startupProbe: asked.initProbe }),
  }));
  const sidecars =
    sidecarProgram === undefined
      ? []
      : [{ ...common("sidecar", sidecarProgram), restartPolicy: "Always" }];
  const container = {
    ...common(CONTAINER, program),
    ports: [{ containerPort: PORT }],
    ...probesOf(asked),
    ...hookOf(asked),
    ...(configMap === undefined ? {} : { env: [{ name: "VALUE", valueFrom: value }] }),
    volumeMounts: [...volumeMounts, ...(configMap === undefined ? [] : configMounts)],
  };
  return {
    ...{ apiVersion: "v1", kind: "Pod", metadata: { name } },
    spec: {
      terminationGracePeriodSeconds: graceSeconds,
      activeDeadlineSeconds: place.lifeSeconds,
      ...{ automountServiceAccountToken: false, enableServiceLinks: false },
      securityContext: {
        ...{ runAsNonRoot: true, runAsUser: 65_532, runAsGroup: 65_532 },
        seccompProfile: { type: "RuntimeDefault" },
      },
      ...(place.node === "" ? {} : { affinity: onNode(place.node) }),
      ...{
        restartPolicy: asked.restartPolicy ?? "Always",
        initContainers: [...sidecars, ...initContainers],
        containers: [container],
      },
      shareProcessNamespace: asked.shareProcessNamespace ?? false,
      volumes: [
        { name: "tmp", emptyDir: {} },
        ...(otherVolume ? [{ name: "other", emptyDir: {} }] : []),
        ...(configMap === undefined ? [] : [{ name: "config", configMap: { name: configMap } }]),
      ],
    },
  };
}

/** A ConfigMap as `configMap` wants one. */
export const configMapOf = (name: string, value: string): KubeObject => ({
  ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { value } },
});

/** A Service before all pods that carry the labels. */
export const serviceOf = (
  name: string,
  selector: Readonly<Record<string, string>>,
): KubeObject => ({
  ...{ apiVersion: "v1", kind: "Service", metadata: { name } },
  spec: { selector, ports: [{ port: 80, targetPort: PORT }] },
});

function probesOf({ livenessProbe, readinessProbe, startupProbe }: PodAsked): object {
  return {
    ...(livenessProbe === undefined ? {} : { livenessProbe }),
    ...(readinessProbe === undefined ? {} : { readinessProbe }),
    ...(startupProbe === undefined ? {} : { startupProbe }),
  };
}

function hookOf({ preStopSeconds, preStopProgram }: PodAsked): object {
  if (preStopSeconds !== undefined) {
    return { lifecycle: { preStop: { sleep: { seconds: preStopSeconds } } } };
  }
  if (preStopProgram === undefined) return {};
  return { lifecycle: { preStop: { exec: { command: ["sh", "-c", preStopProgram] } } } };
}

const RESOURCES = {
  requests: { cpu: "10m", memory: "16Mi" },
  limits: { memory: "64Mi" },
};
const SECURE = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
};

/** By its name and not by a label, which may differ from it; the scheduler still looks for taints and room. */
function onNode(name: string): object {
  const matchFields = [{ key: "metadata.name", operator: "In", values: [name] }];
  const required = { nodeSelectorTerms: [{ matchFields }] };
  return { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } };
}
