// A correct shop that shares no code with ours: it credits each confirmed deposit once, after its fees.
import { createServer } from "node:http";
import { sandboxFor, sign } from "./gateway.mjs";

/** Adds two decimal texts. The sum has no zeros at its end. */
export function sum(one, two) {
  const decimals = (text) => (text.split(".")[1] ?? "").length;
  const most = Math.max(decimals(one), decimals(two));
  const units = (text) => BigInt(text.replace(".", "") + "0".repeat(most - decimals(text)));
  const digits = String(units(one) + units(two)).padStart(most + 1, "0");
  return most === 0 ? digits : `${digits.slice(0, -most)}.${digits.slice(-most)}`.replace(/\.?0+$/, "");
}

/**
 * Starts a sandbox with a frozen clock, and a shop that gets its callbacks.
 * @param {import("node:test").TestContext} t
 */
export async function shopFor(t, options = {}) {
  /** The callbacks in the order of their arrival. */
  const arrivals = [];
  /** The credited amounts, by customer and currency. */
  const credits = {};
  /** The states of payouts, by id. */
  const payouts = {};
  const finished = new Set();
  let sandbox;

  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    if (request.headers["x-process-signature"] !== sign(sandbox.secret, body)) {
      response.writeHead(401).end();
      return;
    }
    const { now } = await sandbox.clock.get();
    const json = JSON.parse(body.toString());
    arrivals.push({ at: now, headers: request.headers, body: body.toString(), json });
    if (["confirmed", "cancelled", "declined"].includes(json.status) && !finished.has(json.id)) {
      finished.add(json.id);
      finish(json);
    }
    response.end();
  });

  function finish({ foreign_id, type, status, crypto_address, currency_received }) {
    if (type === "withdrawal") payouts[foreign_id] = status === "confirmed" ? "paid" : "not_paid";
    if (type !== "deposit" || status !== "confirmed") return;
    const { currency, amount_minus_fee } = currency_received;
    credits[crypto_address.foreign_id] ??= {};
    const customer = credits[crypto_address.foreign_id];
    customer[currency] = sum(customer[currency] ?? "0", String(amount_minus_fee));
  }

  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  sandbox = await sandboxFor(t, { callbackUrl: `http://127.0.0.1:${server.address().port}/callbacks`, ...options });
  await sandbox.clock.freeze("2027-01-01T00:00:00Z");
  return { sandbox, arrivals, credits, payouts };
}
