import type { Surroundings } from "#config/surroundings.js";

/** A folder without anything in it, in a container. */
export function around(changes: Partial<Surroundings> = {}): Surroundings {
  return {
    cwd: "/srv/app",
    env: {},
    temporaryFolder: "/tmp",
    terminal: false,
    logTerminal: false,
    goModule: true,
    storeHereWritable: true,
    cwdHash: "0123456789ab",
    findProgram: () => null,
    ...changes,
  };
}
