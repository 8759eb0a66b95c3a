import { statfsSync } from "node:fs";
import { dirname } from "node:path";

/**
 * File systems that do not tell what another machine, or the other side of a share, does to them. Overlays are not
 * among them: changes made through the overlay itself are told.
 */
const SILENT: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xff534d42, "CIFS"],
  [0xfe534d42, "SMB2"],
  [0x01021997, "9p"],
  [0x65735546, "FUSE or virtiofs"],
  [0x786f4256, "vboxsf"],
  [0x5346414f, "AFS"],
  [0x00c36400, "Ceph"],
  [0x0bd00bd0, "Lustre"],
  [0x19830326, "FhGFS"],
  [0xbacbacbc, "vmhgfs"],
]);

/** The name of the file system `path` (or the nearest folder above that exists) is on, when it is a silent one. */
export function silentFileSystem(path: string): string | null {
  for (let at = path; ; at = dirname(at)) {
    try {
      return SILENT.get(statfsSync(at).type >>> 0) ?? null;
    } catch {
      if (at === dirname(at)) return null;
    }
  }
}
