// A correct shop that shares no code with ours: it reads callbacks and credits each deposit once, after its fees.
import { createServer } from "node:http";
import { sandboxFor, sign } from "./gateway.mjs";

/** Adds decimal texts exactly, with the decimals of the longer one. */
export function sum(one, two) {
  const decimals = Math.max(...[one, two].map((text) => (text.split(".")[1] ?? "").length));
  const units = (text) => BigInt(text.replace(".", "") + "0".repeat(decimals - (text.split(".")[1] ?? "").length));
  const digits = String(units(one) + units(two)).padStart(decimals + 1, "0");
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/**
 * Starts a sandbox whose callbacks go to a correct shop.
 * @param {import("node:test").TestContext} t
 */
export async function shopFor(t, options = {}) {
  const arrivals = [];
  const credited = new Map();
  const finals = new Set();
  let sandbox;
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const { now } = await sandbox.clock.get();
    if (request.headers["x-process-signature"] !== sign(sandbox.secret, body)) {
      response.writeHead(401).end();
      return;
    }
    const json = JSON.parse(body.toString());
    arrivals.push({ json, body: body.toString(), at: Date.parse(now) });
    take(json);
    response.end();
  });
  function take({ id, type, status, crypto_address, currency_received }) {
    if (!["deposit", "deposit_exchange"].includes(type) || !["confirmed", "cancelled"].includes(status)) return;
    if (finals.has(id)) return;
    finals.add(id);
    if (status !== "confirmed") return;
    const { currency, amount_minus_fee } = currency_received;
    const customer = credited.get(crypto_address.foreign_id) ?? new Map();
    customer.set(currency, sum(customer.get(currency) ?? "0", amount_minus_fee));
    credited.set(crypto_address.foreign_id, customer);
  }
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  sandbox = await sandboxFor(t, { callbackUrl: `http://127.0.0.1:${server.address().port}/callbacks`, ...options });
  await sandbox.clock.freeze("2027-01-01T00:00:00Z");
  /** Returns what was credited to a customer. */
  const ledger = (customer) => [...(credited.get(customer) ?? [])].map(([currency, amount]) => ({ currency, amount }));
  return { sandbox, arrivals, ledger, credited };
}
