import { AIR_FLAGS } from "./air.js";
import { ENTR_FLAGS, NODEMON_FLAGS, WATCHEXEC_FLAGS } from "./command-tools.js";
import { COMPILE_DAEMON_FLAGS, REFLEX_FLAGS, WGO_FLAGS } from "./go-tools.js";
import { type FlagSpec, type ReadFlags, readFlags } from "./read-flags.js";

/** The flags of a tool's command line, and what it is to run. `words`: without the tool's own word. */
export function toolFlags(program: string, words: readonly string[]): ReadFlags {
  const spec = Object.hasOwn(SPECS, program) ? SPECS[program] : undefined;
  return readFlags(words, spec ?? {}, { clusters: CLUSTERED.has(program) });
}

const SPECS: Readonly<Record<string, FlagSpec>> = {
  air: AIR_FLAGS,
  CompileDaemon: COMPILE_DAEMON_FLAGS,
  fresh: { "-c": "value" },
  reflex: REFLEX_FLAGS,
  wgo: WGO_FLAGS,
  nodemon: NODEMON_FLAGS,
  entr: ENTR_FLAGS,
  watchexec: WATCHEXEC_FLAGS,
};

const CLUSTERED = new Set(["reflex", "entr", "watchexec"]);
