// Supervises one program that writes to the outputs it inherits, then tells on descriptor 3 what that cost the supervisor.
import { writeSync } from "node:fs";
import { openRig } from "#test/real/edge/supervisor-rig.js";

const rig = await openRig();
const script = process.argv[2] ?? "";
rig.start(1, ["sh", "-c", script]);
await rig.seen("generation-spawned", 1);
const before = process.cpuUsage();
const { exit } = await rig.seen("generation-exited", 1);
const { user, system } = process.cpuUsage(before);
rig.processes.kill(1);
await rig.seen("generation-gone", 1);
await rig.end();
writeSync(3, JSON.stringify({ exit, cpuMs: (user + system) / 1000 }));
