import { readFileSync } from "node:fs";
import { createApi } from "./api.js";
import { createCatalog } from "./catalog.js";
import { createOrders } from "./orders.js";
import { serve } from "./serve.js";
import { version } from "./version.js";

const configFile = process.env.SHOP_CONFIG ?? new URL("config.json", import.meta.url);
const config = JSON.parse(readFileSync(configFile, "utf8"));
const catalog = createCatalog(config.products);
const orders = createOrders(catalog);

const api = createApi({ config, catalog, orders, isDraining: () => shop.isDraining() });
const shop = serve(api, Number(process.env.PORT ?? config.port));
shop.server.on("listening", () => {
  const generation = process.env.HOTPOD_GENERATION ?? 0;
  console.log(`version ${version}, generation ${generation}: serving`);
});
