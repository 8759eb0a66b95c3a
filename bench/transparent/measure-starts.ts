import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { freePorts } from "#edge/observe/free-port.js";
import { startSupervisor } from "#edge/observe/supervisor.js";
import { buildGo } from "./build-go.js";

/** Takes its socket or binds by itself, and says that it is ready at once. */
const SERVICE = `package main

import (
	"net"
	"net/http"
	"os"
)

func main() {
	var listener net.Listener
	var err error
	if os.Getenv("LISTEN_FDS") != "" {
		listener, err = net.FileListener(os.NewFile(3, "http"))
	} else {
		listener, err = net.Listen("tcp4", "127.0.0.1:"+os.Getenv("PORT"))
	}
	if err != nil {
		panic(err)
	}
	notify, err := net.Dial("unixgram", os.Getenv("NOTIFY_SOCKET"))
	if err != nil {
		panic(err)
	}
	notify.Write([]byte("READY=1"))
	panic(http.Serve(listener, nil))
}
`;

export interface Starts {
  readonly swaps: number;
  readonly inheritMs: { readonly p50: number; readonly p95: number };
  readonly transparentMs: { readonly p50: number; readonly p95: number };
  readonly addedMs: number;
}

/** From the order to start a candidate until it said that it is ready, under both hand-overs in turn, by SIGUSR2. */
export async function measureStarts(folder: string, swaps: number): Promise<Starts> {
  const program = buildGo(folder, "service", SERVICE);
  const own = await Promise.all([open("inherit"), open("transparent")]);
  const took: [number[], number[]] = [[], []];
  try {
    for (let swap = 0; swap < swaps; swap++) {
      for (const [at, supervisor] of own.entries()) {
        const from = supervisor.events.items.length;
        supervisor.signal("SIGUSR2");
        const { events } = supervisor;
        const promoted = await events.until("swap", (e) => e.kind === "promoted", from, 30_000);
        if (promoted.kind === "promoted" && promoted.swapMs !== null) {
          took[at as 0 | 1].push(promoted.swapMs);
        }
        await events.until("drain", (e) => e.kind === "drain-ended", from, 60_000);
      }
    }
  } finally {
    for (const supervisor of own) await supervisor.stop();
  }
  const [inheritMs, transparentMs] = [percentiles(took[0]), percentiles(took[1])];
  const addedMs = Number((transparentMs.p50 - inheritMs.p50).toFixed(1));
  return { swaps, inheritMs, transparentMs, addedMs };

  async function open(handover: string) {
    const ownFolder = join(folder, handover);
    mkdirSync(ownFolder);
    const [port = 0, probesPort = 0] = await freePorts(2);
    const flags = ["--handover", handover, "--linger", "20ms", "--recipe", "none"];
    const args = [...flags, "--watch", "service-source", "--", program];
    const supervisor = await startSupervisor({ cwd: folder, ownFolder, port, probesPort, args });
    await supervisor.events.until("start", (e) => e.kind === "promoted", 0, 30_000);
    return supervisor;
  }
}

function percentiles(all: readonly number[]) {
  const sorted = all.toSorted((one, other) => one - other);
  const at = (share: number): number =>
    Number((sorted[Math.floor(sorted.length * share)] ?? Number.NaN).toFixed(1));
  return { p50: at(0.5), p95: at(0.95) };
}
