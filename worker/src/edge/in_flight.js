// The calls under way in an instance of the wasm module. A panic or another trap ends the instance, and its promises would
// never settle: they are rejected here, and another instance is made.
import { __wbg_reset_state } from "citrn-worker";

/** Rejects the pending promises of the current instance. */
const pending = new Set();

let died = 0;

/** The number of instances that died so far. */
export const deaths = () => died;

/** The hook of `set_on_abort`. */
export function instanceDied() {
  died += 1;
  // Later: the calls that lead here still clean up in the old instance.
  queueMicrotask(__wbg_reset_state);
  for (const reject of pending) reject(new Error("the wasm instance died"));
  pending.clear();
}

/** Makes a promise that a call into the instance settles. If the instance dies, it is rejected. */
export function kept(call) {
  return new Promise((resolve, reject) => {
    const settled = (how) => (value) => {
      pending.delete(reject);
      how(value);
    };
    pending.add(reject);
    try {
      call(settled(resolve), settled(reject));
    } catch (error) {
      settled(reject)(error);
    }
  });
}
