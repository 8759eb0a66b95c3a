import { execFile } from "node:child_process";
import type { PushReport } from "#report/push/push-text.js";
import { namespace } from "./kubectl.js";

export interface Pushed {
  readonly code: number;
  readonly report: PushReport;
}

/** `hotpod push config` of one value, `KEY=VALUE`, into the pods that carry the label. */
export function pushConfig(label: string, configMap: string, value: string): Promise<Pushed> {
  const place = ["--namespace", namespace, "--selector", label, "--format", "json"];
  const argv = ["dist/hotpod.js", "push", "config", configMap, "--from-literal", value, ...place];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, argv, { timeout: 60_000 }, (error, out, err) => {
      if (out === "") return reject(new Error(err, { cause: error }));
      resolve({ code: Number(error?.code ?? 0), report: JSON.parse(out) as PushReport });
    });
  });
}

/** A ConfigMap, for `apply`. */
export const configMap = (name: string, data: Readonly<Record<string, string>>): object => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name },
  data,
});
