import assert from "node:assert/strict";
import { test } from "node:test";
import { readCheckOptions } from "#cli/check/check-options.js";
import { projectOf } from "#cli/check/load-project.js";
import { RULES } from "#rules/catalogue.js";
import type { Earned } from "#rules/score/groups/answer.js";
import { workloadVerdicts } from "#rules/score/verdicts/workload-verdicts.js";

const MANIFEST = `apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  replicas: 1
  selector: { matchLabels: { app: orders } }
  template:
    metadata:
      labels: { app: orders }
      annotations: { hotpod.dev/dockerfile: Dockerfile }
    spec:
      initContainers:
        - name: wait-db
          image: busybox:1.36.1
          command: [sh, -c, "until nc -z db 5432; do sleep 1; done"]
      containers:
        - name: api
          image: orders:1
          envFrom: [{ configMapRef: { name: orders-config } }]
          ports: [{ containerPort: 8080 }]
          resources:
            limits: { memory: 512Mi }
            requests: { memory: 256Mi, cpu: 100m }
          livenessProbe:
            exec: { command: [./tmp/main, -health] }
            initialDelaySeconds: 10
            periodSeconds: 5
            failureThreshold: 3
          readinessProbe:
            httpGet: { path: /readyz, port: 8080 }
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec:
  selector: { app: orders }
  ports: [{ port: 80, targetPort: 8080 }]
---
apiVersion: v1
kind: ConfigMap
metadata: { name: orders-config, namespace: shop }
data: { LIMIT: "1" }
`;

const DOCKERFILE = `FROM golang:1.22-alpine
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN go install github.com/air-verse/air@v1.66.0
CMD ["air"]
`;

const TIMINGS =
  "coldStart=9 gap=1.2 stopTime=3 imagePull=4 init.wait-db=2 rss=120M buildRss=400M dirs=40";

/** What a service under air with its defaults is told, rule by rule: passed, failed, an info, for want of an input, or nothing. */
const VERDICTS: Readonly<Record<string, Earned>> = {
  ...{ HP402: 1, HP607: 0.5, HP609: 0.5, HP610: 0.5, HP604: 1, HP605: 1, HP608: 1 },
  ...{ HP611: "absent", HP102: 1, HP103: 1, HP803: 1 },
  ...{ HP201: 1, HP203: 1, HP101: 0, HP105: 1, HP108: "absent" },
  ...{ HP401: 0, HP409: 1, HP410: "absent", HP1008: "absent" },
  ...{ HP406: 1, HP407: 0, HP408: "absent", HP1001: 0, HP1004: 0 },
  ...{ HP204: 0, HP205: 1, HP804: 1 },
  ...{ HP301: 1, HP302: 1, HP303: 0, HP304: 1, HP305: 1 },
  ...{ HP501: 1, HP502: 1, HP503: 1, HP504: 1, HP509: 1, HP511: 0, HP512: "absent" },
  ...{ HP207: "unknown", HP704: "absent" },
  ...{ HP901: 1, HP904: 1, HP905: "absent", HP906: 0, HP907: "absent", HP908: "absent" },
  ...{ HP1201: 1, HP1204: 0, HP1207: 1 },
  ...{
    HP1101: 0,
    HP1102: 0.5,
    HP1103: 0,
    HP1105: 1,
    HP1106: "absent",
    HP1108: "absent",
    HP1109: 0,
  },
};

test("a service under air with its defaults, rule by rule", () => {
  const flags = TIMINGS.split(" ").flatMap((one) => ["--timing", one]);
  const { project, problems } = projectOf(readCheckOptions(["-", "--assume-single", ...flags]), [
    { kind: "manifest", file: "-", text: MANIFEST },
    { kind: "dockerfile", file: "Dockerfile", text: DOCKERFILE },
    { kind: "reload", file: ".air.toml", text: "[build]\n" },
    { kind: "gomod", file: "go.mod", text: "module orders\n\ngo 1.22\n" },
  ]);
  const [workload] = project.workloads;
  assert.ok(workload !== undefined);
  assert.deepEqual(problems, []);
  const verdicts = workloadVerdicts(workload, RULES, () => false);
  const found = Object.keys(VERDICTS).map(
    (id) => [id, verdicts.of(id)?.share ?? "absent"] as const,
  );
  const sorted = (verdicts: Readonly<Record<string, Earned>>) => Object.entries(verdicts).sort();
  assert.deepEqual(sorted(Object.fromEntries(found)), sorted(VERDICTS));
});
