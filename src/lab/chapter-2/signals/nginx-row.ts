import { equals, matches, predict } from "#lab/judge/prediction.js";
import { NODE_RUNTIME } from "#lab/programs/signals/node-runtime.js";
import type { Recorder } from "#lab/record.js";
import type { Arm } from "#lab/scenario.js";
import type { LabBench } from "#ports/lab/lab-bench.js";
import { GRACE_MS } from "./runtime-row.js";
import {
  askSlowly,
  fateOf,
  killed,
  SETTLE_MS,
  type Service,
  SIGNALS,
  type SignalName,
  startService,
  untilSaid,
} from "./signal-try.js";

const WHY: Readonly<Record<SignalName, string>> = {
  TERM: "the fast stop",
  INT: "the fast stop, too",
  HUP: "it reads its configuration again",
  QUIT: "the graceful stop",
  USR1: "it opens its logs again",
  USR2: "nothing comes of it",
};

/**
 * nginx before a service that takes its time, so that a worker is at work. Always as PID 1: it has handlers, so that it makes no difference,
 * and with its namespace all of its processes end.
 */
export function nginxArm(): Arm {
  const fate = (signal: SignalName): string =>
    ["TERM", "INT", "QUIT"].includes(signal) ? "exit 0" : "lives";
  return {
    ...{ name: "nginx", side: "before", label: "nginx, a worker at work", needs: ["nginx"] },
    predictions: [
      ...SIGNALS.map((signal) => predict(`pid1-${signal}`, equals(fate(signal)), WHY[signal])),
      predict("pid1-inflight", equals("cut"), "SIGTERM is nginx's fast stop"),
      predict("quit-inflight", equals("answered"), "SIGQUIT is its graceful one"),
      predict(
        "upgrade",
        matches(/signal is ignored/),
        "a new master at SIGUSR2 there is only with daemon on, which no container has",
      ),
    ],
    async run(bench, record) {
      bench.files.write(`${bench.folder}/app.mjs`, NODE_RUNTIME);
      await Promise.all(SIGNALS.map((signal) => tryNginx(bench, record, signal)));
    },
  };
}

async function tryNginx(bench: LabBench, record: Recorder, signal: SignalName): Promise<void> {
  const argv = ["node", "app.mjs"];
  const upstream = await startService(bench, "plain", { argv, ready: "says-up" });
  const service = await startNginx(bench, signal, upstream.port);
  const isUnderWay = signal === "TERM" || signal === "QUIT";
  const inFlight = isUnderWay ? askSlowly(bench, service.port) : null;
  if (isUnderWay) await untilSaid(upstream.process, "asked");
  const { words } = await fateOf(bench, service, signal, isUnderWay ? GRACE_MS : SETTLE_MS);
  put(record, `pid1-${signal}`, words);
  if (inFlight !== null) {
    put(record, signal === "TERM" ? "pid1-inflight" : "quit-inflight", await inFlight);
  }
  if (signal === "USR2") put(record, "upgrade", saidOfUpgrade(service));
  await killed(service);
}

const saidOfUpgrade = ({ process }: Service): string =>
  process.lines.items.flatMap(({ text }) => /the changing binary.*/.exec(text) ?? [])[0] ??
  "nothing";

const put = (record: Recorder, key: string, words: string): void => record.text(key, words);

async function startNginx(bench: LabBench, name: string, upstream: number): Promise<Service> {
  const { files, folder, network } = bench;
  const own = `${folder}/nginx-${name}`;
  files.makeFolder(own);
  const port = await network.freePort();
  files.write(`${own}/nginx.conf`, configuration(network.host, port, upstream));
  const argv = [bench.program("nginx"), "-p", `${own}/`, "-c", "nginx.conf", "-e", "stderr"];
  return startService(bench, "pid1", { argv, port, ready: "listens" });
}

function configuration(host: string, port: number, upstream: number): string {
  return `daemon off;
error_log stderr notice;
user root;
worker_processes 1;
pid nginx.pid;
events {}
http {
  access_log off;
  client_body_temp_path body; proxy_temp_path proxy;
  fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  server {
    listen ${host}:${port};
    location / { return 200 "ok\\n"; }
    location /slow { proxy_pass http://${host}:${upstream}; }
  }
}
`;
}
