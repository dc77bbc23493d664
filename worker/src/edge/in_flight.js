// What is under way in an instance of the wasm module, and what becomes of it when that instance dies of a panic, or of any
// other trap. The instance cannot go on, and its promises would never settle.
import { __wbg_reset_state } from "citrn-worker";

/** Breaks the promises of the instance that runs now. */
const pending = new Set();

let died = 0;

/** How many instances died so far. */
export const deaths = () => died;

/** Takes note that the instance died. */
export function instanceDied() {
  died += 1;
  // Not at once: the calls that lead here are yet to clean up behind them, in the old instance.
  queueMicrotask(__wbg_reset_state);
  for (const reject of pending) reject(new Error("the wasm instance died"));
  pending.clear();
}

/** The promise of a call into the instance, which settles it, unless the instance dies: then it is broken. */
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
