// node -C source --import tsx bench/check-speed.ts: hotpod check beside kube-score on 5,000 Deployments, as one file and as 5,000, time and
// peak memory of each whole process; writes bench/check/DATE.json. kube-score comes from Go's module proxy, into ~/.cache/hotpod/bench.
import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { cpus, homedir, tmpdir } from "node:os";
import { join } from "node:path";

const COUNT = 5_000;
const ROUNDS = 5;
const KUBE_SCORE = "1.20.0";

const deployment = (i: number): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: svc-${i}, namespace: team-${i % 50} }
spec:
  replicas: 2
  selector: { matchLabels: { app: svc-${i} } }
  template:
    metadata: { labels: { app: svc-${i} } }
    spec:
      containers:
        - name: app
          image: registry.example/team/svc-${i}:1.${i}.0
          args: ["--port=8080", "--config=/etc/app/config.yaml"]
          ports: [{ name: http, containerPort: 8080 }]
          resources:
            requests: { cpu: 100m, memory: 128Mi }
            limits: { memory: 256Mi }
          livenessProbe:
            httpGet: { path: /livez, port: http }
            failureThreshold: ${i % 33 === 0 ? 1 : 6}
          readinessProbe:
            httpGet: { path: /readyz, port: http }
            periodSeconds: 5
`;

interface Figures {
  readonly seconds: number;
  readonly peakMegabytes: number;
}

/** The best of some rounds: what else the machine does only adds. */
async function measure(program: string, args: readonly string[]): Promise<Figures> {
  const rounds: Figures[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await once(program, args));
  const seconds = Math.min(...rounds.map((one) => one.seconds));
  return { seconds, peakMegabytes: Math.max(...rounds.map((one) => one.peakMegabytes)) };
}

function once(program: string, args: readonly string[]): Promise<Figures> {
  return new Promise((resolve) => {
    const start = performance.now();
    const child = spawn(program, args, { stdio: ["ignore", "ignore", "ignore"] });
    let peak = 0;
    const look = setInterval(() => {
      peak = Math.max(peak, peakOf(child.pid ?? 0));
    }, 5);
    child.on("exit", () => {
      clearInterval(look);
      resolve({
        seconds: Math.round(performance.now() - start) / 1000,
        peakMegabytes: Math.round(peak / 1024),
      });
    });
  });
}

/** In KiB, as the kernel remembers it. */
function peakOf(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function kubeScore(): string | null {
  const bin = join(homedir(), ".cache/hotpod/bench");
  const path = join(bin, "kube-score");
  if (existsSync(path)) return path;
  const { status } = spawnSync(
    "go",
    ["install", "-trimpath", `github.com/zegl/kube-score/cmd/kube-score@v${KUBE_SCORE}`],
    {
      env: { ...process.env, GOBIN: bin, CGO_ENABLED: "0", GOFLAGS: "-buildvcs=false" },
      stdio: "inherit",
    },
  );
  return status === 0 ? path : null;
}

const folder = mkdtempSync(join(tmpdir(), "hotpod-bench-"));
const texts = Array.from({ length: COUNT }, (_, i) => deployment(i));
const one = join(folder, "all.yaml");
writeFileSync(one, texts.join("---\n"));
mkdirSync(join(folder, "many"));
for (const [i, text] of texts.entries()) writeFileSync(join(folder, "many", `d${i}.yaml`), text);
const small = join(folder, "many", "d0.yaml");
const files = readdirSync(join(folder, "many")).map((name) => join(folder, "many", name));

const check = (...args: string[]) =>
  measure(process.execPath, ["dist/hotpod.js", "check", "--fail-on", "never", ...args]);
const peer = kubeScore();
const result = {
  date: new Date().toISOString().slice(0, 10),
  machine: `${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), Node ${process.versions.node}`,
  bytes: texts.join("---\n").length,
  rounds: ROUNDS,
  "hotpod check": {
    "one file": await check(one),
    "5,000 files": await check(join(folder, "many")),
    "one Deployment": await check(small),
  },
  [`kube-score ${KUBE_SCORE}`]:
    peer === null
      ? "could not be had"
      : {
          "one file": await measure(peer, ["score", one]),
          "5,000 files": await measure(peer, ["score", ...files]),
          "one Deployment": await measure(peer, ["score", small]),
        },
};
rmSync(folder, { recursive: true });
writeFileSync(`bench/check/${result.date}.json`, `${JSON.stringify(result, null, 2)}\n`);
console.log(JSON.stringify(result, null, 2));
