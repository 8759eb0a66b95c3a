import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePorts } from "#edge/observe/free-port.js";
import { startSupervisor } from "#edge/observe/supervisor.js";
import { buildGo } from "./build-go.js";

const CONNECTIONS = 50;
/** So few that many runs meet nobody else on the machine. */
const REQUESTS = 5_000;
/** Of the runs, which the others only made slower. */
const FASTEST = 0.1;

const GO_SERVICE = `package main

import (
	"io"
	"net/http"
	"os"
)

func main() {
	answer := func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "ok") }
	panic(http.ListenAndServe("127.0.0.1:"+os.Args[1], http.HandlerFunc(answer)))
}
`;

/** Asks so many times over kept connections, as fast as it is answered. */
const GO_CLIENT = `package main

import (
	"io"
	"net/http"
	"os"
	"strconv"
	"sync"
)

func main() {
	requests, _ := strconv.Atoi(os.Args[2])
	connections, _ := strconv.Atoi(os.Args[3])
	client := http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}}
	var all sync.WaitGroup
	for at := 0; at < connections; at++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for asked := 0; asked < requests/connections; asked++ {
				answer, err := client.Get("http://127.0.0.1:" + os.Args[1] + "/")
				if err != nil || answer.StatusCode != 200 {
					panic(err)
				}
				io.Copy(io.Discard, answer.Body)
				answer.Body.Close()
			}
		}()
	}
	all.Wait()
}
`;

interface Service {
  readonly name: string;
  command(port: number): readonly string[];
  /** Asks REQUESTS times; each answer costs the service three to five system calls and little else. */
  ask(port: number): readonly string[];
}

/** Processor time of one request in the service itself, of the fastest runs, and how much of that time is the kernel's. */
export interface ServiceCost {
  readonly bareUs: number;
  /** The same again: what it says of the measurement. */
  readonly bareAgainUs: number;
  readonly transparentUs: number;
  readonly besideBare: number;
  readonly kernelShare: number;
}

/** What services that do little but system calls need for a request, by themselves and under `transparent`, asked in turn. */
export async function measureServices(
  folder: string,
  rounds: number,
): Promise<Readonly<Record<string, ServiceCost>>> {
  const client = buildGo(folder, "client", GO_CLIENT);
  const go = buildGo(folder, "go-service", GO_SERVICE);
  const http = (port: number) => [client, `${port}`, `${REQUESTS}`, `${CONNECTIONS}`];
  const services: readonly Service[] = [
    {
      name: "redis",
      command: (port) => ["redis-server", "--port", `${port}`, "--save", "", "--appendonly", "no"],
      ask: (port) => [
        ...["redis-benchmark", "-p", `${port}`, "-t", "get", "-q"],
        ...["-n", `${REQUESTS}`, "-c", `${CONNECTIONS}`],
      ],
    },
    { name: "nginx", command: (port) => nginxAt(folder, port), ask: http },
    { name: "go", command: (port) => [go, `${port}`], ask: http },
  ];
  const costs: Record<string, ServiceCost> = {};
  for (const service of services) {
    costs[service.name] = await measureService(folder, service, rounds);
    console.error(`${service.name}: ${JSON.stringify(costs[service.name])}`);
  }
  return costs;
}

async function measureService(
  folder: string,
  service: Service,
  rounds: number,
): Promise<ServiceCost> {
  const [first = 0, second = 0, port = 0, probesPort = 0] = await freePorts(4);
  const cwd = join(folder, service.name);
  const ownFolder = join(cwd, "own");
  mkdirSync(ownFolder, { recursive: true });
  const command = service.command(port);
  const flags = ["--handover", "transparent", "--recipe", "none", "--watch", "own"];
  const args = [...flags, "--", ...command];
  const bare = [first, second].map((at) => startBare(service.command(at), cwd));
  const supervisor = await startSupervisor({ cwd, ownFolder, port, probesPort, args });
  const ways = [
    { port: first, pids: () => treeOf(bare[0]?.pid ?? 0), tookNs: [] as number[] },
    { port: second, pids: () => treeOf(bare[1]?.pid ?? 0), tookNs: [] as number[] },
    { port, pids: () => descendantsOf(supervisor.pid), tookNs: [] as number[] },
  ];
  try {
    await supervisor.events.until("start", (e) => e.kind === "promoted", 0, 30_000);
    // What is done once, at first.
    for (const way of ways) ask(service, way.port);
    for (let at = 0; at < rounds; at++) {
      // Each is first as often as it is last.
      for (const way of at % 2 === 0 ? ways : ways.toReversed()) {
        const before = ranNs(way.pids());
        ask(service, way.port);
        way.tookNs.push((ranNs(way.pids()) - before) / REQUESTS);
      }
    }
    const [bareUs = 0, bareAgainUs = 0, transparentUs = 0] = ways.map(({ tookNs }) =>
      rounded(amongFastest(tookNs) / 1_000, 2),
    );
    return {
      bareUs,
      bareAgainUs,
      transparentUs,
      besideBare: rounded(transparentUs / ((bareUs + bareAgainUs) / 2), 3),
      kernelShare: kernelShare(treeOf(bare[0]?.pid ?? 0)),
    };
  } finally {
    for (const each of bare) each.kill();
    await supervisor.stop();
  }
}

/** In a session of its own, as a service of hotpod is: the kernel shares its processors out by session. */
function startBare(command: readonly string[], cwd: string): ChildProcess {
  const [program = "", ...flags] = command;
  return spawn(program, flags, { cwd, stdio: "ignore", detached: true });
}

function ask(service: Service, port: number): void {
  const [program = "", ...flags] = service.ask(port);
  const asked = spawnSync(program, flags, { encoding: "utf8" });
  if (asked.status !== 0) throw new Error(`${service.name}: ${asked.stderr}`);
}

function nginxAt(folder: string, port: number): readonly string[] {
  const place = join(folder, `nginx-${port}`);
  mkdirSync(place);
  writeFileSync(
    join(place, "nginx.conf"),
    `daemon off; pid nginx.pid; worker_processes 1; events {}
http { access_log off; client_body_temp_path t; proxy_temp_path t; fastcgi_temp_path t; uwsgi_temp_path t; scgi_temp_path t;
  server { listen 127.0.0.1:${port}; keepalive_requests 1000000000; location / { return 200 "ok"; } } }`,
  );
  return ["nginx", "-e", "stderr", "-p", place, "-c", "nginx.conf"];
}

const treeOf = (pid: number): readonly number[] => [pid, ...descendantsOf(pid)];

function descendantsOf(pid: number): readonly number[] {
  const tasks = readdirSync(`/proc/${pid}/task`);
  const children = tasks.flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, "latin1").split(" ").filter(Boolean),
  );
  return children.map(Number).flatMap(treeOf);
}

/** What the scheduler has given to all their threads. */
function ranNs(pids: readonly number[]): number {
  const threads = pids.flatMap((pid) =>
    readdirSync(`/proc/${pid}/task`).map((task) => `/proc/${pid}/task/${task}/schedstat`),
  );
  return threads.reduce((sum, file) => sum + Number(readFileSync(file, "latin1").split(" ")[0]), 0);
}

/** Of all their time so far. */
function kernelShare(pids: readonly number[]): number {
  const fields = pids.map((pid) =>
    readFileSync(`/proc/${pid}/stat`, "latin1").split(") ").at(-1)?.split(" ").map(Number),
  );
  const sum = (at: number): number => fields.reduce((all, each) => all + (each?.[at] ?? 0), 0);
  const [inProgram, inKernel] = [sum(11), sum(12)];
  return rounded(inKernel / (inProgram + inKernel), 2);
}

const amongFastest = (all: readonly number[]): number =>
  all.toSorted((one, other) => one - other)[Math.floor(all.length * FASTEST)] ?? Number.NaN;
const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
