import { test } from "node:test";
import { nodeSdkService } from "./services.js";
import { swapUnderLoad } from "./swap-rig.js";

test(
  "50 swaps of a service that serves by the Node SDK: no request fails, kept connections included",
  {
    timeout: 200_000,
  },
  (context) =>
    swapUnderLoad(context, {
      ...{ handover: "inherit", swaps: 50, clients: 9, kept: true },
      prepare: nodeSdkService,
    }),
);
