import type { CliCommand } from "./commands.js";

/** `hotpod` and `hotpod --help`. */
export function helpText(commands: readonly CliCommand[]): string {
  const all: readonly { name: string; summary: string }[] = [
    ...commands,
    { name: "help", summary: "Print this, or what a command takes: hotpod help run" },
  ];
  return [
    "hotpod keeps a service serving while its code changes: it builds, starts the new generation",
    "beside the old one on the same socket, moves over when it is ready, and goes back when it is bad.",
    "",
    "  hotpod run                        a Go module here: build and run it on :8080",
    "  hotpod run -- node server.js      an interpreted service",
    "  hotpod run --artifact /app/main   somebody else replaces this file",
    "  hotpod ctl status                 what runs, and why",
    "",
    "Commands:",
    ...all.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}`),
  ].join("\n");
}
