import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DEPLOYMENT, type Files, refused } from "./refused.js";

const pod = (name: string, more = ""): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec:\n  containers:\n    - {name: ${name}, image: x${more}}\n`;

const TIMED = ["--timing", "coldStart=1s", "--timing", "build=1s"];

interface Golden {
  readonly name: string;
  readonly files?: Files;
  readonly args: readonly string[];
  readonly says: readonly string[];
}

const golden: readonly Golden[] = [
  {
    name: "no manifest",
    args: [],
    says: [
      "hotpod: there is no manifest to simulate",
      "  Name one: hotpod simulate pod.yaml --timings timings.json, or - for standard input.",
    ],
  },
  {
    name: "a file that is not there",
    args: ["/nowhere/pod.yaml"],
    says: ["hotpod: /nowhere/pod.yaml does not exist", "  Check the path."],
  },
  {
    name: "not a workload",
    files: { "a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n" },
    args: ["a.yaml"],
    says: [
      "hotpod: there is no workload in a.yaml: only configmap/c",
      "  A workload is a Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, Job, CronJob, a Rollout of Argo or a Service of Knative.",
    ],
  },
  {
    name: "not an object of Kubernetes",
    files: { "a.yaml": "version: '3'\nservices: {}\n" },
    args: ["a.yaml"],
    says: [
      "hotpod: there is no workload in a.yaml: 1 without apiVersion and kind",
      "  A workload is a Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, Job, CronJob, a Rollout of Argo or a Service of Knative.",
    ],
  },
  {
    name: "a version that is gone",
    files: { "a.yaml": "apiVersion: extensions/v1beta1\nkind: Deployment\nmetadata: {name: a}\n" },
    args: ["a.yaml"],
    says: [
      'hotpod: a.yaml:1:1: no matches for kind "Deployment" in version "extensions/v1beta1"',
      "  Kubernetes has it in apps/v1.",
    ],
  },
  {
    name: "several workloads",
    files: { "a.yaml": `${DEPLOYMENT}---\n${pod("job")}` },
    args: ["a.yaml"],
    says: [
      "hotpod: there are 2 workloads here:",
      "    deployment/api",
      "    pod/job",
      "  Choose one with --workload, for example --workload deployment/api.",
    ],
  },
  {
    name: "a workload that is not there",
    files: { "a.yaml": `${DEPLOYMENT}---\n${pod("job")}` },
    args: ["a.yaml", "--workload", "deployment/apo"],
    says: [
      'hotpod: there is no workload "deployment/apo" in a.yaml',
      "  Did you mean --workload deployment/api?",
    ],
  },
  {
    name: "several of one name",
    files: {
      "a.yaml": pod("a"),
      "b.yaml": pod("a").replace("name: a}", "name: a, namespace: shop}"),
    },
    args: ["a.yaml", "b.yaml", "--workload", "a"],
    says: [
      "hotpod: there are 2 workloads here:",
      "    default/pod/a",
      "    shop/pod/a",
      "  Choose one with --workload, for example --workload default/pod/a.",
    ],
  },
  {
    name: "several containers",
    files: { "a.yaml": `${pod("a")}    - {name: b, image: b:1}\n` },
    args: ["a.yaml"],
    says: ["hotpod: pod/a has 2 containers: a, b", "  Say which one is updated: --container a."],
  },
  {
    name: "a container that is not there",
    files: { "a.yaml": DEPLOYMENT },
    args: ["a.yaml", "--container", "apu"],
    says: ['hotpod: deployment/api has no container "apu"', "  Did you mean --container api?"],
  },
  {
    name: "no YAML",
    files: { "a.yaml": "kind: Pod\n  apiVersion: v1\n" },
    args: ["a.yaml"],
    says: [
      "hotpod: a.yaml:2:13: bad indentation of a mapping entry",
      "  kubectl cannot read it either. Mend that line.",
    ],
  },
  {
    name: "a template",
    files: { "a.yaml": "kind: Pod\nmetadata: {name: {{ .Release.Name }}}\n" },
    args: ["a.yaml"],
    says: [
      "hotpod: a.yaml:2:18: a template that is not rendered",
      "  Render it first: helm template . | hotpod simulate - …",
    ],
  },
  {
    name: "one value that the API server refuses",
    files: { "a.yaml": DEPLOYMENT.replace("initialDelaySeconds: 5", "successThreshold: 3") },
    args: ["a.yaml"],
    says: [
      'hotpod: a.yaml:12:68: The Deployment "api" is invalid: spec.template.spec.containers[0].livenessProbe.successThreshold: Invalid value: 3: must be 1',
      "  The API server would refuse it with the same words.",
    ],
  },
  {
    name: "several values that the API server refuses",
    files: {
      "a.yaml": DEPLOYMENT.replace("initialDelaySeconds: 5", "periodSeconds: -1").replace(
        "spec:\n",
        "spec:\n  minReadySeconds: 600\n",
      ),
    },
    args: ["a.yaml"],
    says: [
      'hotpod: The Deployment "api" is invalid:',
      "    a.yaml:13:65: spec.template.spec.containers[0].livenessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0",
      "    a.yaml:4:1: spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds",
      "  The API server would refuse it with the same words.",
    ],
  },
  {
    name: "a field that is not known",
    files: { "a.yaml": DEPLOYMENT.replace("initialDelaySeconds", "initialDelaySecond") },
    args: ["a.yaml"],
    says: [
      'hotpod: a.yaml:12:50: Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.template.spec.containers[0].livenessProbe.initialDelaySecond"',
      "  initialDelaySecond: did you mean initialDelaySeconds?",
      "  Fields of Kubernetes 1.36 are known; --unknown-fields note takes others without effect.",
    ],
  },
  {
    name: "a value of the wrong type",
    files: { "a.yaml": DEPLOYMENT.replace("initialDelaySeconds: 5", 'initialDelaySeconds: "5"') },
    args: ["a.yaml"],
    says: [
      'hotpod: a.yaml:12:71: Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field Probe.spec.template.spec.containers.livenessProbe.initialDelaySeconds of type int32',
      "  The API server would refuse it with the same words.",
    ],
  },
  {
    name: "saves, and nothing that reloads",
    files: { "a.yaml": DEPLOYMENT },
    args: ["a.yaml", "--saves", "0,10"],
    says: [
      "hotpod: there are saves, and nothing that would reload the service",
      "  Say what does: --tool air, --tool hotpod, --tool 'reflex -s -- …', or a file; see hotpod simulate --help.",
    ],
  },
  {
    name: "an unknown tool",
    files: { "a.yaml": DEPLOYMENT },
    args: ["a.yaml", "--tool", "nodemom"],
    says: [
      'hotpod: --tool: unknown tool "nodemom"',
      '  Did you mean "nodemon"? Or a file that describes one: --tool FILE.',
    ],
  },
  {
    name: "a tool's own configuration that it refuses",
    files: { "a.yaml": DEPLOYMENT, ".air.toml": "[build]\ndelay = 'x'\n" },
    args: ["a.yaml", "--tool", "air", "--tool-config", ".air.toml"],
    says: ['hotpod: .air.toml:2:1: build.delay "x" is no number', "  air refuses it as well."],
  },
  {
    name: "one configuration file for two tools",
    files: { "a.yaml": DEPLOYMENT, ".air.toml": "" },
    args: ["a.yaml", "--tool", "air", "--tool", "wgo", "--tool-config", ".air.toml"],
    says: [
      "hotpod: --tool-config .air.toml belongs to one tool, and 2 are given",
      "  Give each tool its own command line: --tool 'air -c .air.toml' --tool 'nodemon --config nodemon.json'.",
    ],
  },
  {
    name: "hotpod's own settings are read as hotpod run reads them",
    files: { "a.yaml": DEPLOYMENT, "hotpod.yaml": "drain:\n  timeout: 20\n" },
    args: ["a.yaml", "--tool", "hotpod", "--settings", "hotpod.yaml"],
    says: [
      "hotpod: hotpod.yaml:2:12: drain.timeout: 20 is not a duration",
      "  It has no unit: 20s, or 20ms?",
    ],
  },
  {
    name: "mistakes in several plans, told together",
    files: { "a.yaml": DEPLOYMENT },
    args: ["a.yaml", "--tool", "air", ...TIMED, "--saves", "0, evry 5s", "--faults", "hang"],
    says: [
      "hotpod: 2 mistakes in the input:",
      '    --saves, column 4: "evry" is no time, and neither every, poisson nor burst',
      '      Did you mean "every"?',
      "    --faults, column 1: hang does not say when",
      "      Write hang@40s.",
      "  Nothing was simulated.",
    ],
  },
  {
    name: "mistakes in timings, of a flag and of a file",
    files: {
      "a.yaml": DEPLOYMENT,
      "t.json": '{"schema": "hotpod.timings/v1", "timings": {"biuld": 1}}',
    },
    args: ["a.yaml", "--timings", "t.json", "--timing", "build=soon", "--timing", "rss"],
    says: [
      "hotpod: 3 mistakes in the input:",
      '    --timing: "rss" has no value',
      "      Write --timing build=3s.",
      '    --timing: build: "soon" is not a time',
      "      Write 3, 3s, 250ms, 2s..4s, 1s,2s,2.5s or lognormal 3s 0.4.",
      '    t.json:1:45: unknown timing "biuld"',
      '      Did you mean "build"?',
      "  Nothing was simulated.",
    ],
  },
  {
    name: "timings without which nothing can be said",
    files: { "a.yaml": DEPLOYMENT },
    args: ["a.yaml", "--tool", "air", "--saves", "0"],
    says: [
      "hotpod: 2 timings are missing:",
      "    coldStart: without it nothing can be said of when a container is up, and of all that comes after",
      "    build: without it nothing can be said of how long an update takes, and what happens meanwhile",
      "  hotpod run measures them: --timings .hotpod/store/timings.json",
      "  Or say them: --timing coldStart=12s --timing build=3s",
    ],
  },
  {
    name: "too much to simulate",
    files: { "a.yaml": DEPLOYMENT },
    args: ["a.yaml", ...TIMED, "--replicas", "1000", "--for", "120h"],
    says: [
      "hotpod: 1000 pods over 432000s are 432,000,000 pod-seconds, at most 50,000,000",
      "  Simulate fewer --replicas, or a shorter --for.",
    ],
  },
];

describe("what is refused, word for word", () => {
  for (const { name, files = {}, args, says } of golden) {
    test(name, (t) => {
      assert.equal(refused(t, files, ...args), says.join("\n"));
    });
  }

  test("flags that do not read", (t) => {
    const table: readonly [string[], string, string][] = [
      [
        ["--for", "forever"],
        '--for "forever" is not a duration up to 7 days, like 15m or 300ms',
        "",
      ],
      [["--for", "9999h"], '--for "9999h" is not a duration up to 7 days, like 15m or 300ms', ""],
      [["--replicas", "-1"], '--replicas "-1" is not a whole number from 0 to 1,000', ""],
      [["--seeds", "1e9"], '--seeds "1e9" is not a whole number from 0 to 100,000', ""],
      [["--kube-version", "1.20"], '--kube-version "1.20" is not a version from 1.31 to 1.36', ""],
      [
        ["--phase", "erliest"],
        '--phase "erliest" is not known',
        "  Did you mean --phase earliest?",
      ],
      [["--format", "xml"], '--format "xml" is not known', "  Did you mean --format html?"],
      [["--keep-alive", "2"], '--keep-alive "2" is not a share like 0.5 or 50%', ""],
      [
        ["--long-requests", "3"],
        '--long-requests "3" is not a number and a duration like 3@25s',
        "",
      ],
      [["--sves", "0"], 'unknown option "--sves"', "  Did you mean --saves?"],
    ];
    for (const [args, what, hint] of table) {
      const said = refused(t, { "a.yaml": DEPLOYMENT }, "a.yaml", ...args);
      const [first, second] = said.split("\n");
      assert.deepEqual([first, hint === "" ? hint : second], [`hotpod: ${what}`, hint]);
    }
  });
});
