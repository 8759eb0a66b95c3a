// node -C source --import tsx bench/load.ts [flags of `hotpod load`]: the load generator alone, in a process of its own.
import { loadCommand } from "#cli/load.js";
import { loadProcess } from "#edge/load/load-process.js";

process.exitCode = await loadCommand(process.argv.slice(2), loadProcess());
