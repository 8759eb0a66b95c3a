export { config } from "./lib/config.js";
export { listen } from "./lib/listen.js";
export { generation, serve } from "./lib/serve.js";
