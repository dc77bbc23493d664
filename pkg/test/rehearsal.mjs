// Shops to rehearse: a server with a handler of callbacks and a ledger, and the rehearsal without the command line.
import { createHmac, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { setImmediate } from "node:timers/promises";

export const SECRET = "rehearsal-secret";
const dist = new URL("../dist/", import.meta.url);

/** Imports the part of the command line's bundle that exports a name: it is loaded only by `citrn rehearse`. */
async function importPart(name) {
  const exporting = new RegExp(`export\\s*\\{[^}]*\\b${name}\\b`);
  const files = readdirSync(dist).filter((file) => /^sandbox-.*\.mjs$/.test(file));
  const file = files.find((file) => exporting.test(readFileSync(new URL(file, dist), "utf8")));
  if (file === undefined) throw new Error(`No file of pkg/dist exports ${name}: run \`npm run build\`.`);
  return import(new URL(file, dist).href);
}

export const { runRehearsal } = await importPart("runRehearsal");
export const { ledgerAt, sumsOf } = await importPart("ledgerAt");

/**
 * Serves a shop: `POST /callbacks` calls `handle` with the raw body and the headers, and answers its status.
 * `GET /credits` returns the result of `credits`.
 */
export async function serveShop({ handle, credits }) {
  const server = createServer(async (request, response) => {
    if (request.method === "GET") return response.end(JSON.stringify({ credits: await credits(request.url) }));
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    try {
      response.statusCode = await handle(Buffer.concat(chunks), request.headers);
    } catch {
      response.statusCode = 500;
    }
    response.end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${server.address().port}`;
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { handler: new URL("/callbacks", url), ledger: new URL("/credits", url), close };
}

/** Rehearses a shop, and returns the names of the scenarios that failed, with the codes of their faults. */
export async function rehearseShop(shop, { withLedger = true, ...settings } = {}) {
  const { handler, ledger, close } = await serveShop(shop);
  try {
    const prefix = "Rehearsal-";
    const readLedger = withLedger ? ledgerAt(ledger, prefix, undefined) : undefined;
    const given = { handler, readLedger, secret: SECRET, apiKey: undefined, prefix, quietMs: 30, ...settings };
    const { results, strangers } = await runRehearsal(given);
    const failed = {};
    for (const { scenario, faults } of results)
      for (const { code } of faults) (failed[scenario.name] ??= new Set()).add(code);
    return { failed, strangers, results };
  } finally {
    close();
  }
}

/** Writes a small number without an exponent. */
const plain = (amount) => (/e-/.test(amount) ? amount.toFixed(12) : amount);

/** The rules of a correct handler, written by hand. Each can be replaced by a bug. */
const RULES = {
  /** Whether the headers have the signature of a body. */
  isSigned(raw, headers) {
    const right = createHmac("sha512", SECRET).update(raw).digest();
    const given = Buffer.from(headers["x-process-signature"] ?? "", "hex");
    return given.length === right.length && timingSafeEqual(given, right);
  },
  parse: (raw) => JSON.parse(raw.toString()),
  validate: () => {},
  isCredited: ({ status, type }) => status === "confirmed" && /^deposit/.test(type),
  isFinal: ({ status }) => status !== "not_confirmed",
  keyOf: ({ id }) => String(id),
  customerOf: ({ crypto_address }) => crypto_address?.foreign_id,
  amountOf: ({ currency_received, fees }) =>
    plain(currency_received?.amount_minus_fee ?? (fees?.length > 0 ? undefined : currency_received?.amount)),
  currencyOf: ({ currency_received }) => currency_received?.currency,
  /** Takes the key and credits, in one step. Returns whether the key was new. */
  async commit(store, key, credit) {
    await setImmediate();
    if (store.keys.has(key)) return false;
    store.keys.add(key);
    if (credit) store.credits.push(credit);
    return true;
  },
  duplicate: () => 200,
  refused: () => 401,
};

/** A shop with a handler written by hand. The bugs replace rules. */
export function handWritten(bugs = {}) {
  const rules = { ...RULES, ...bugs };
  const store = { keys: new Set(), credits: [] };
  return {
    credits: () => store.credits,
    async handle(raw, headers) {
      if (!rules.isSigned(raw, headers)) return rules.refused();
      const callback = rules.parse(raw);
      rules.validate(callback);
      if (!rules.isFinal(callback)) return 200;
      const [customer_id, amount, currency] = [
        rules.customerOf(callback),
        rules.amountOf(callback)?.toString(),
        rules.currencyOf(callback),
      ];
      const isClear = customer_id !== undefined && amount !== undefined;
      const credit = rules.isCredited(callback) && isClear ? { customer_id, currency, amount } : undefined;
      return (await rules.commit(store, rules.keyOf(callback), credit)) ? 200 : rules.duplicate();
    },
  };
}
