// Times signing and checking on the current runtime, all peers in turn, and prints the microseconds of each round.
// node|bun|deno runtime.mjs ROUNDS MILLISECONDS
import process from "node:process";
import { BODIES, CALLBACKS } from "./bodies.mjs";
import { peers } from "./peers.mjs";

const [rounds, milliseconds] = process.argv.slice(2).map(Number);
const all = await peers();
const names = Object.keys(all);

/** The timed operations: calls of a peer with a body and its signature. */
const OPERATIONS = {
  sign: { bodies: BODIES, call: (peer, body) => peer.sign(body) },
  check: { bodies: BODIES, call: (peer, body, signature) => peer.check(body, signature) },
  read: { bodies: CALLBACKS, call: (peer, body, signature) => peer.read(body, signature) },
};

/** Throws unless all peers return the same signatures, accept valid ones and refuse forged ones. */
async function checkEquality() {
  for (const [bytes, body] of BODIES) {
    const signature = await all["node:crypto"].sign(body);
    const forged = signature.replace(/^./, (digit) => (digit === "0" ? "1" : "0"));
    for (const name of names) {
      const peer = all[name];
      if ((await peer.sign(body)) !== signature) throw new Error(`${name} signs ${bytes} bytes differently.`);
      if ((await peer.check(body, signature)) !== true)
        throw new Error(`${name} refuses a valid signature of ${bytes} bytes.`);
      const refused = await Promise.resolve()
        .then(() => peer.check(body, forged))
        .catch((error) => error.code !== "invalid_signature");
      if (refused !== false) throw new Error(`${name} accepts a forged signature of ${bytes} bytes.`);
    }
  }
  for (const [bytes, body] of CALLBACKS) {
    const signature = await all["node:crypto"].sign(body);
    for (const name of names) {
      const { id, status } = await all[name].read(body, signature);
      if (id !== "2c9f1f1e-7d0b-4c49-9f7e-6f1f4f0a1b22" || status !== "confirmed")
        throw new Error(`${name} reads the callback of ${bytes} bytes differently.`);
    }
  }
}

/** Returns the microseconds per call, over a number of calls. */
async function time(call, peer, body, signature, calls) {
  const isAsync = call(peer, body, signature) instanceof Promise;
  const began = performance.now();
  if (isAsync) for (let count = 0; count < calls; count++) await call(peer, body, signature);
  else for (let count = 0; count < calls; count++) call(peer, body, signature);
  return ((performance.now() - began) * 1000) / calls;
}

await checkEquality();
const results = {};
for (const [operation, { bodies, call }] of Object.entries(OPERATIONS)) {
  results[operation] = {};
  for (const [bytes, body] of bodies) {
    const signature = await all["node:crypto"].sign(body);
    const took = Object.fromEntries(names.map((name) => [name, []]));
    const calls = {};
    for (const name of names) {
      // Long enough for the optimising compilers, twice.
      let cost = await time(call, all[name], body, signature, 50);
      for (let warm = 0; warm < 3; warm++)
        cost = await time(call, all[name], body, signature, Math.ceil((milliseconds * 1000) / cost));
      calls[name] = Math.max(10, Math.ceil((milliseconds * 1000) / cost));
    }
    for (let round = 0; round < rounds; round++) {
      for (const name of round % 2 === 0 ? names : names.toReversed())
        took[name].push(await time(call, all[name], body, signature, calls[name]));
    }
    results[operation][bytes] = took;
  }
}
console.log(JSON.stringify(results));
