// What the runtime loads. Its calls go to the wasm instance of the moment; what belonged to one that died goes on in the next.
import * as wasm from "citrn-worker";
import module from "./index_bg.wasm";
import { deaths, kept } from "./in_flight.js";
import { lastResort } from "./last_resort.js";

wasm.initSync({ module });

/** A class of Durable Objects, in JavaScript, since the runtime keeps an object for longer than an instance may live. */
const hosted = (part) =>
  class {
    #current;

    constructor(state, env) {
      let shard, generation;
      this.#current = () => {
        if (generation !== deaths()) {
          shard = new wasm.Shard(part, state, env);
          // Only now: one that could not be opened is opened the next time.
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
    // Here and not where the instance died, in the request that panicked: the runtime takes no response of another request.
    const answer = kept((resolve, reject) => wasm.fetch(request, env, resolve, reject)).catch((error) => lastResort(request, String(error)));
    // A client that closes the connection cancels its request otherwise, and with it the storing of a callback.
    context.waitUntil(answer);
    return answer;
  },
};
