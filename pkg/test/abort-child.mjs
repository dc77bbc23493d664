// Makes one call with a long deadline, aborts it unless the gateway answers, and prints how long the process then took
// to exit.
import { writeSync } from "node:fs";
import { Citrn } from "citrn";

const controller = new AbortController();
const citrn = new Citrn({ apiKey: "key", secret: "secret", baseUrl: process.argv[2], timeoutMs: 60_000 });
if (process.argv[3] !== "answers") setTimeout(() => controller.abort(), 300);
let outcome = "done";
try {
  await citrn.addresses.take({ foreign_id: "u", currency: "BTC" }, { signal: controller.signal });
} catch (error) {
  outcome = error.code;
}
const finished = performance.now();
process.on("exit", () => writeSync(1, JSON.stringify({ outcome, msToExit: performance.now() - finished })));
