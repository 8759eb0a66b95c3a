import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { freePorts } from "#edge/observe/free-port.js";
import { startSupervisor } from "#edge/observe/supervisor.js";
import { buildGo } from "./build-go.js";

/** Binds a Unix socket, then prints microseconds of each kind of call, the fastest of many short runs, and serves. */
const SERVICE = `package main

import (
	"fmt"
	"net"
	"os"
	"syscall"
	"time"
)

func fastest(call func()) float64 {
	best := time.Hour
	for run := 0; run < 40; run++ {
		start := time.Now()
		for i := 0; i < 50; i++ {
			call()
		}
		best = min(best, time.Since(start))
	}
	return float64(best.Nanoseconds()) / 50 / 1000
}

func main() {
	if _, err := net.Listen("unix", os.Args[1]); err != nil {
		panic(err)
	}
	unlink := fastest(func() { syscall.Unlink(os.Args[1] + ".other") })
	connect := fastest(func() {
		if connection, err := net.Dial("unix", os.Args[1] + ".other"); err == nil {
			connection.Close()
		}
	})
	network := fastest(func() {
		if connection, err := net.Dial("tcp4", "127.0.0.1:1"); err == nil {
			connection.Close()
		}
	})
	fmt.Printf("{\\"unlinkUs\\": %.1f, \\"connectUs\\": %.1f, \\"connectIpUs\\": %.1f}\\n", unlink, connect, network)
	if len(os.Args) > 2 {
		return
	}
	listener, err := net.Listen("tcp4", "127.0.0.1:"+os.Getenv("PORT"))
	if err != nil {
		panic(err)
	}
	for {
		if connection, err := listener.Accept(); err == nil {
			connection.Close()
		}
	}
}
`;

/** Microseconds of a call that finds nothing: an unlink, a connection to a Unix socket, one over IP. */
export interface FileCalls {
  readonly unlinkUs: number;
  readonly connectUs: number;
  readonly connectIpUs: number;
}

/** What calls cost that are told where a Unix socket is expected, beside the same without hotpod. */
export async function measureFileCalls(
  folder: string,
): Promise<{ readonly bare: FileCalls; readonly told: FileCalls }> {
  const program = buildGo(folder, "file-calls", SERVICE);
  const ran = spawnSync(program, [join(folder, "bare.sock"), "once"], { encoding: "utf8" });
  if (ran.status !== 0) throw new Error(ran.stderr);
  const ownFolder = join(folder, "file-calls-own");
  mkdirSync(ownFolder);
  const [port = 0, probesPort = 0] = await freePorts(2);
  const path = join(folder, "told.sock");
  const flags = ["--handover", "transparent", "--recipe", "none", "--listen", `unix:${path}`];
  const args = [...flags, "--watch", "file-calls-source", "--", program, path];
  const supervisor = await startSupervisor({ cwd: folder, ownFolder, port, probesPort, args });
  try {
    await supervisor.events.until("start", ({ kind }) => kind === "promoted", 0, 60_000);
    const said = supervisor.output.find((line) => line.includes("unlinkUs")) ?? "";
    return { bare: JSON.parse(ran.stdout) as FileCalls, told: JSON.parse(said) as FileCalls };
  } finally {
    await supervisor.stop();
  }
}
