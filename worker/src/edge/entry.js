// The entry module of the Worker. It forwards calls to the current wasm instance.
import * as wasm from "citrn-worker";
import module from "./index_bg.wasm";
import { callInstance, generation } from "./in_flight.js";
import { lastResort } from "./last_resort.js";

wasm.initSync({ module });

/**
 * Returns a class of Durable Objects. An object can outlive its wasm instance, and is then reopened in the next one.
 */
const durableObject = (part) =>
  class {
    #current;

    constructor(state, env) {
      let shard, openedIn;
      this.#current = () => {
        if (openedIn !== generation()) {
          shard = new wasm.Shard(part, state, env);
          // After the constructor: if that throws, the next call tries again.
          openedIn = generation();
        }
        return shard;
      };
      this.#current();
    }

    fetch(request) {
      return callInstance((resolve, reject) => this.#current().fetch(request, resolve, reject));
    }

    alarm() {
      return callInstance((resolve, reject) => this.#current().alarm(resolve, reject));
    }
  };

export const CheckoutShard = durableObject("checkout");
export const IdempotencyShard = durableObject("idempotency");
export const InboxShard = durableObject("inbox");

export default {
  fetch(request, env, context) {
    // Not in `instanceDied`: that runs in the request that panicked, and the runtime accepts no response created in
    // another request.
    const answer = callInstance((resolve, reject) => wasm.fetch(request, env, resolve, reject)).catch((error) =>
      lastResort(request, String(error)),
    );
    // Otherwise a client that closes the connection cancels its request, and a callback might not be stored.
    context.waitUntil(answer);
    return answer;
  },
};
