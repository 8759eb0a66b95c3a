import { goJobs, readBuildLimits } from "./build-limits.js";

/** hotpod's own place in the world, which is not the build's. */
const OWN = ["NOTIFY_SOCKET", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES", "WATCHDOG_USEC"];

/**
 * What build commands see: hotpod's environment, `build.env` over it, and limits that nobody set otherwise. GOFLAGS is
 * left alone: `-mod=readonly` is what Go does anyway, and said aloud it hides `go env -w` and the better messages.
 */
export function buildEnvironment(
  own: Readonly<Record<string, string>>,
  inherited: Readonly<NodeJS.ProcessEnv> = process.env,
): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...inherited, ...own };
  for (const name of OWN) if (own[name] === undefined) delete env[name];
  const { jobs, memoryBytes } = goJobs(readBuildLimits());
  env.GOMAXPROCS ??= String(jobs);
  if (memoryBytes !== null) env.GOMEMLIMIT ??= `${Math.floor(memoryBytes / 2 ** 20)}MiB`;
  env.GOTOOLCHAIN ??= "local";
  return env;
}
