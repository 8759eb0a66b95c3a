import { execFile } from "node:child_process";

/** Runs kubectl against the test node. Rejects with what kubectl said. */
export function kubectl(args: readonly string[], input?: string): Promise<string> {
  return run("kubectl", ["--namespace", namespace, ...args], input);
}

/** Answer of the API server to one GET. */
export async function readObject<T>(path: string): Promise<T> {
  return JSON.parse(await kubectl(["get", "--raw", path])) as T;
}

/** Creates or changes objects, plain Kubernetes data. */
export async function apply(...objects: readonly object[]): Promise<void> {
  const list = { apiVersion: "v1", kind: "List", items: objects };
  await kubectl(["apply", "--filename", "-"], JSON.stringify(list));
}

/** Runs a shell line in the pod's container, as the container's own user. */
export function inPod(pod: string, line: string): Promise<string> {
  return kubectl(["exec", pod, "--", "sh", "-c", line]);
}

/** Runs any program of this machine. Rejects with its standard error. */
export function run(file: string, args: readonly string[], input?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { maxBuffer: 64 * 1024 * 1024, timeout: 60_000 };
    const child = execFile(file, args, options, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      const said = stderr.trim() || error.message;
      reject(new Error(`${file} ${args.join(" ")}: ${said}`, { cause: error }));
    });
    if (input !== undefined) child.stdin?.end(input);
  });
}

/** The namespace under the `restricted` Pod Security profile. */
export const namespace = "e2e";
