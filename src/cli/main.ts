import { catchSignals } from "#edge/caught-signals.js";

// First of all: a signal that reaches PID 1 before its handler is dropped, and Kubernetes sends it only once.
const signals = catchSignals();
const { commandLine } = await import("./command-line.js");
await commandLine(process.argv.slice(2), signals);
