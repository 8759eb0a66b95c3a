import { type TestContext, test } from "node:test";
import { goService, nodeService, pythonService } from "./services.js";
import { swapUnderLoad } from "./swap-rig.js";

const SERVICES = { Node: nodeService, Python: pythonService, Go: goService };

for (const [language, prepare] of Object.entries(SERVICES)) {
  test(
    `50 swaps of an unmodified ${language} service behind the proxy: no request fails`,
    {
      timeout: 200_000,
    },
    (context: TestContext) =>
      swapUnderLoad(context, { handover: "proxy", swaps: 50, clients: 9, kept: true, prepare }),
  );
}
