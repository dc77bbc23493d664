// `citrn trigger --as delivery` posts what the Worker delivers: the real Worker gets the same callbacks, from
// `citrn trigger` too.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { makeSettings } from "./caller.mjs";
import { startMerchant } from "./merchant.mjs";
import { startWorker } from "./workerd.mjs";

const CLI = fileURLToPath(new URL("../../pkg/dist/cli.mjs", import.meta.url));
const WEBHOOK_SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const { settings } = makeSettings();
let merchant, worker;

before(async () => {
  merchant = await startMerchant();
  worker = await startWorker({
    ...settings,
    CITRN_BASE_URL: "http://127.0.0.1:9/api",
    MERCHANT_WEBHOOK_URL: merchant.url,
    MERCHANT_WEBHOOK_SECRET: WEBHOOK_SECRET,
  });
});
after(async () => {
  await worker?.stop();
  merchant?.close();
});

/** Runs `citrn trigger`, with the secrets of the Worker. */
function trigger(args) {
  const secrets = { CITRN_SECRET: settings.CITRN_SECRET, MERCHANT_WEBHOOK_SECRET: WEBHOOK_SECRET };
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, "trigger", ...args], { env: { PATH: process.env.PATH, ...secrets } });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    child.on("close", (exit) => resolve({ exit, output }));
  });
}

/** Returns what identifies deliveries: ids, and bodies without the time of receipt. */
async function delivered(args, count) {
  merchant.deliveries.length = 0;
  const { exit, output } = await trigger(args);
  assert.equal(exit, 0, output);
  const deliveries = await merchant.taken(count);
  const withoutTime = (body) => body.replace(/"timestamp":"[^"]+"/, '"timestamp":""');
  return deliveries.map(({ headers, body }) => [headers["webhook-id"], withoutTime(body)]);
}

/** Events of one transaction, with more options, and the number of deliveries. */
const COURSES = {
  "a deposit": [["deposit.not_confirmed", "deposit.confirmed"]],
  "a deposit out of order": [["deposit.confirmed", "deposit.not_confirmed"]],
  "a deposit that is cancelled later": [["deposit_exchange.confirmed", "deposit_exchange.cancelled"]],
  "a payout": [["withdrawal.processing", "withdrawal.pending", "withdrawal.declined"]],
  "a payment request": [["payment_request.created", "payment_request.paid"]],
  "an older form with every text escaped": [["deposit.confirmed"], ["--profile", "documented-old", "--escapes", "all"]],
  "the other family's form": [["deposit.confirmed"], ["--profile", "family-2026", "--foreign-id", "ü/€"]],
  "another currency than the address's": [["deposit.confirmed"], ["--set", "crypto_address.cross_currency:=true"]],
  "an unclear amount": [["deposit.confirmed"], ["--set", "currency_received.amount_minus_fee=1,5"]],
  "no customer": [["deposit.confirmed"], ["--set", "crypto_address.foreign_id:=null"]],
  "a number that no double holds": [["deposit.confirmed"], ["--set", "note:=1e999"]],
  "half of a surrogate pair": [["deposit.confirmed"], ["--set", 'note:="\\ud800"']],
  "the same status with another body": [
    ["deposit.confirmed", "deposit.cancelled"],
    ["--set", "status=confirmed"],
  ],
  "an unreadable callback": [["deposit.confirmed"], ["--set", "status:=null"]],
};

describe("a triggered delivery equals the Worker's", () => {
  for (const [name, [events, options = []]] of Object.entries(COURSES)) {
    it(name, async () => {
      const args = [...events, ...options, "--seed", name];
      const ofWorker = await delivered([...args, "--to", `${worker.url}/callbacks`], events.length);
      const triggered = await delivered([...args, "--as", "delivery", "--to", merchant.url], events.length);
      assert.deepEqual(triggered, ofWorker);
    });
  }
});
