import type { GenerationId } from "./generation.js";

/** `of`: take over the sockets of a generation that has ended, with what waits in them. */
export type SocketSource =
  | { readonly kind: "new" }
  | { readonly kind: "of"; readonly generation: GenerationId };
