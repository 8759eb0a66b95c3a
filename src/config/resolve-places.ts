import type { Get } from "./resolve-settings.js";
import { absolute, type Surroundings } from "./surroundings.js";

/** Where a hotpod of this folder keeps things. `hotpod ctl` finds the running one by the same rules. */
export interface Places {
  readonly storeDir: string;
  readonly controlSocket: string;
}

export function resolvePlaces(get: Get, around: Surroundings): Places {
  const { cwd } = around;
  const temporary = `${around.temporaryFolder}/hotpod-${around.cwdHash}`;
  const storeSet = get("store.dir");
  const storeHere = around.storeHereWritable ? `${cwd}/.hotpod/store` : `${temporary}/store`;
  const storeDir = storeSet === null ? storeHere : absolute(cwd, storeSet);
  const socketSet = get("control.socket");
  const beside = `${storeDir}/control.sock`;
  // The kernel takes 107 bytes for the path of a socket.
  const short = new TextEncoder().encode(beside).length <= 107 ? beside : `${temporary}.sock`;
  return { storeDir, controlSocket: socketSet === null ? short : absolute(cwd, socketSet) };
}
