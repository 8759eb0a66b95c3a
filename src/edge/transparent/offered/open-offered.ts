import { fail, ok, type Result } from "#base/result.js";
import type { ListenFailure } from "#edge/listeners/listen-failure.js";
import { Sockets } from "#edge/listeners/open-listeners.js";
import type { OwnListeners } from "#edge/listeners/own-listeners.js";
import { OwnSockets } from "#edge/listeners/slots/own-sockets.js";
import { openSlots, type Slot, type SlotOptions } from "#edge/listeners/slots/slots.js";
import { loadLibc } from "#edge/native/libc.js";
import { TransparentListeners } from "#edge/transparent/transparent-listeners.js";
import type { Listener } from "#model/listener.js";
import type { Emit } from "#ports/emit.js";
import { OfferedSlots } from "./offered-slots.js";

export interface OfferedOptions extends SlotOptions {
  readonly emit: Emit;
  /** Somebody has named the addresses; else one that the service binds elsewhere is its own. */
  readonly named: boolean;
}

/**
 * Binds every address and offers the sockets (`handover: auto`); what the service binds by itself is exchanged as well. Where
 * the kernel cannot steer there is nothing to exchange for.
 */
export function openOffered(options: OfferedOptions): Result<OwnListeners, ListenFailure> {
  const { emit, warn, listen, named } = options;
  const libc = loadLibc();
  const own = new OwnSockets();
  const slots = openSlots(libc, { ...options, own });
  if (!slots.ok) return slots;
  const unsteered = slots.value.some(
    ({ kind, listener }) => kind === "shared" && listener.address.kind !== "unix",
  );
  if (unsteered) return ok(new Sockets(libc, slots.value, emit));
  const reopen = (listener: Listener): Result<Slot, ListenFailure> => {
    const opened = openSlots(libc, { ...options, own, listen: [listener] });
    const slot = opened.ok ? opened.value[0] : undefined;
    if (slot !== undefined) return ok(slot);
    return opened.ok ? fail({ kind: "address-unavailable", address: listener.address }) : opened;
  };
  return ok(
    new TransparentListeners({
      emit,
      warn,
      named: named ? listen : [],
      offered: { slots: new OfferedSlots(libc, slots.value, reopen), own },
    }),
  );
}
