import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { record } from "#test/node/cluster/findings.js";
import { apply, kubectl, namespace } from "#test/node/cluster/kubectl.js";
import { loadLine, loadPod } from "#test/node/cluster/load.js";
import { lodge } from "#test/node/cluster/lodger.js";
import { eventually, tell } from "#test/node/cluster/patience.js";
import { answeredBy, type PodManifest, startShop } from "#test/node/cluster/shop.js";
import { watchLabelled } from "#test/node/cluster/watch.js";

const GRACE_SECONDS = 20;
const PRE_STOP_SECONDS = 3;

test("kubectl delete pod under load: nobody is hurt, and no SIGKILL", {
  timeout: 90_000,
}, async (t) => {
  const service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "leaving" },
    spec: { selector: { app: "leaving" }, ports: [{ port: 80, targetPort: "http" }] },
  };
  await apply(service);
  const shop = await startShop("hotpod.yaml", "leaving", leaves);
  t.after(async () => {
    await shop.remove();
    await kubectl(["delete", "service", "leaving"]);
  });
  const load = await loadPod(t, shop.ip, { connections: 16, thinkMs: 20, newPerSecond: 200 });
  await answeredBy(load, "1", 10_000);
  // Who has a connection keeps it until the server says goodbye; only new ones follow the endpoints.
  const lodgers = Array.from({ length: 16 }, () => lodge(shop.ip, 8080, 50));
  const endpoint = followEndpoint(t, "leaving");
  // Who begins to watch only when the pod is leaving may have missed it.
  await endpoint.ready();
  const begun = performance.now();
  await kubectl(["delete", "pod", "leaving", "--wait=false"]);
  const lostMs = (await endpoint.lost()) - begun;
  const summary = await load.stop();
  tell(`the endpoint was taken away after ${Math.round(lostMs)} ms; ${loadLine(summary)}`);
  const ended = await shop.watch.until("ended", (pod) => (pod?.ended ?? null) !== null, 40_000);
  const gone = await shop.watch.until("gone", (pod) => pod === null, 10_000);
  const farewells = await Promise.all(lodgers);
  const goneMs = gone.atMs - begun;
  tell(`gone after ${Math.round(goneMs)} ms, exit code ${ended.pod?.ended?.exitCode}`);
  record("deletion", {
    requests: summary.requests + farewells.reduce((sum, { answers }) => sum + answers, 0),
    failed: summary.failed + farewells.filter(({ harm }) => harm !== null).length,
    goneMs: Math.round(goneMs),
    graceMs: GRACE_SECONDS * 1_000,
    exitCode: ended.pod?.ended?.exitCode,
  });
  assert.equal(summary.failed, 0, loadLine(summary));
  assert.deepEqual(
    farewells.map(({ polite, harm }) => ({ polite, harm })),
    lodgers.map(() => ({ polite: true, harm: null })),
  );
  assert.ok(goneMs < GRACE_SECONDS * 1_000, `gone after ${goneMs} ms`);
  // 137 would be the kubelet's SIGKILL; the service ends with 0 and hotpod passes that on.
  assert.deepEqual(ended.pod?.ended?.exitCode, 0);
  assert.equal(ended.pod?.ended?.reason, "Completed");
});

function leaves(pod: PodManifest): void {
  pod.spec.terminationGracePeriodSeconds = GRACE_SECONDS;
  const container = pod.spec.containers[0];
  container.lifecycle = { preStop: { sleep: { seconds: PRE_STOP_SECONDS } } };
  container.env.push(
    { name: "HOTPOD_GRACE", value: `${GRACE_SECONDS - PRE_STOP_SECONDS}s` },
    { name: "HOTPOD_SHUTDOWN_DELAY", value: "0s" },
    { name: "HOTPOD_DRAIN_TIMEOUT", value: "10s" },
  );
}

/** Follows the only endpoint of a service. Answers instants; `lost`: it was ready and is no longer. */
function followEndpoint(t: TestContext, service: string) {
  let readyMs: number | null = null;
  let lostMs: number | null = null;
  const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
  const label = `kubernetes.io/service-name=${service}`;
  const watch = watchLabelled<EndpointSlice>(path, label, (slice, atMs) => {
    if (slice?.endpoints?.some(({ conditions }) => conditions.ready)) readyMs ??= atMs;
    else if (readyMs !== null) lostMs ??= atMs;
  });
  t.after(() => watch.stop());
  return {
    ready: () => eventually("the endpoint is ready", 10_000, () => readyMs),
    lost: () => eventually("the endpoint is not ready any more", 10_000, () => lostMs),
  };
}

interface EndpointSlice {
  readonly endpoints?: readonly { readonly conditions: { readonly ready: boolean } }[];
}
