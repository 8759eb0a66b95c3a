import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { ensureBundle } from "#edge/observe/own-command.js";
import { type AtomicVolume, atomicVolume } from "#test/edge/atomic-writer.js";
import { type Hotpod, startHotpod, type Told } from "#test/real/run/hotpod.js";

type Files = Readonly<Record<string, string>>;

/** A `hotpod run` that serves and reads a policy volume. */
export interface PolicyLife {
  readonly hotpod: Hotpod;
  readonly volume: AtomicVolume;
  /** Where the service runs. */
  readonly folder: string;
  /** The whole new policy; resolves once it counts. */
  set(policy: Files): Promise<void>;
}

export interface PolicyLifeOptions {
  /** What is in the service's folder at the start. */
  readonly files: Files;
  /** Flags of `hotpod run`, and the service's command. */
  readonly args: readonly string[];
  readonly policy?: Files;
}

export async function policyLife(
  context: TestContext,
  { files, args, policy = {} }: PolicyLifeOptions,
): Promise<PolicyLife> {
  ensureBundle();
  const folder = mkdtempSync(join(tmpdir(), "hotpod-policy-"));
  const volume = atomicVolume(join(folder, "policy"));
  volume.write(policy);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const hotpod = await startHotpod(context, {
    cwd: folder,
    args: ["--policy-dir", "policy", ...args],
  });
  // After its end: what is taken away would be a change of the policy and of the sources.
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  await hotpod.seen("promoted");
  const set = async (next: Files): Promise<void> => {
    const from = hotpod.here();
    volume.write(next);
    const counts = ({ event }: Told): boolean => event === "settings-changed";
    await hotpod.events.until(`${Object.keys(next)} to count`, counts, from, 20_000);
  };
  return { hotpod, volume, folder, set };
}
