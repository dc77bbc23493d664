// Runs some of the callers in a separate process: makes the calls that its parent requests, and reports their cost.
// node --expose-gc caller.mjs PORT NAME...
import { CALLERS } from "./callers.mjs";

const [port, ...names] = process.argv.slice(2);
const EXPECTED = "https://pay.citrn.example/5d1c3f5e-8a8b-4a55-9e0b-6f6a2a1c9f10";

/** @type {Record<string, () => Promise<string | null>>} */
const callers = {};
for (const name of names) callers[name] = await CALLERS[name](Number(port));

async function run(name, calls, concurrency) {
  const call = callers[name];
  let left = calls;
  const worker = async () => {
    while (left-- > 0) {
      const url = await call();
      if (url !== EXPECTED) throw new Error(`${name} gave ${url}`);
    }
  };
  const cpu = process.cpuUsage();
  const began = performance.now();
  await Promise.all(Array.from({ length: concurrency }, worker));
  const took = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  return { microseconds: (user + system) / calls, perSecond: (calls / took) * 1000 };
}

/** Returns the retained bytes after garbage collection. */
async function heldBytes() {
  for (let turn = 0; turn < 5; turn++) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

process.on("message", async ({ type, name, calls, concurrency }) => {
  process.send(type === "held" ? await heldBytes() : await run(name, calls, concurrency));
});
process.send("ready");
