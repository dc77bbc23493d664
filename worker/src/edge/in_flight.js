// The pending calls into the wasm instance. A panic or another trap kills the instance, whose promises would then never
// settle, so they are rejected here and a new instance is created.
import { __wbg_reset_state } from "citrn-worker";

/** The `reject` functions of the current instance's pending promises. */
const pending = new Set();

let instance = 0;

/** Returns the number of the current instance, from 0. */
export const generation = () => instance;

/** The hook of `set_on_abort`. */
export function instanceDied() {
  instance += 1;
  // Deferred, since the calls on the stack still clean up in the old instance.
  queueMicrotask(__wbg_reset_state);
  for (const reject of pending) reject(new Error("the wasm instance died"));
  pending.clear();
}

/** Calls into the instance. The returned promise is settled by the call, or rejected if the instance dies. */
export function callInstance(call) {
  return new Promise((resolve, reject) => {
    const settle = (callback) => (value) => {
      pending.delete(reject);
      callback(value);
    };
    pending.add(reject);
    try {
      call(settle(resolve), settle(reject));
    } catch (error) {
      settle(reject)(error);
    }
  });
}
