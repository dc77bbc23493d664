// The module that the runtime loads. Its calls go to the current wasm instance.
import * as wasm from "citrn-worker";
import module from "./index_bg.wasm";
import { deaths, kept } from "./in_flight.js";
import { lastResort } from "./last_resort.js";

// wasm-bindgen-futures queues a microtask for each poll of a future. The runtime's own function took 6 % of a request's CPU.
const settled = Promise.resolve();
globalThis.queueMicrotask = (callback) => settled.then(callback);

wasm.initSync({ module });

/** A class of Durable Objects. In JavaScript, since an object can outlive a wasm instance: then the next one opens it again. */
const hosted = (part) =>
  class {
    #current;

    constructor(state, env) {
      let shard, generation;
      this.#current = () => {
        if (generation !== deaths()) {
          shard = new wasm.Shard(part, state, env);
          // Only now: if it could not be opened, the next call tries again.
          generation = deaths();
        }
        return shard;
      };
      this.#current();
    }

    fetch(request) {
      return kept((resolve, reject) => this.#current().fetch(request, resolve, reject));
    }

    alarm() {
      return kept((resolve, reject) => this.#current().alarm(resolve, reject));
    }
  };

export const CheckoutShard = hosted("checkout");
export const IdempotencyShard = hosted("idempotency");
export const InboxShard = hosted("inbox");

export default {
  fetch(request, env, context) {
    // Not in `instanceDied`, which runs in the request that panicked: the runtime accepts no response from another request.
    const answer = kept((resolve, reject) => wasm.fetch(request, env, resolve, reject)).catch((error) =>
      lastResort(request, String(error)),
    );
    // Without it a client that closes the connection cancels its request, and a callback might not be stored.
    context.waitUntil(answer);
    return answer;
  },
};
