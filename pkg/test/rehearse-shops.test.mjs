// `citrn rehearse` against whole handlers as shops write them, each with a bug that is about more than one callback.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { handWritten, ledgerAt, rehearseShop, runRehearsal, SECRET } from "./rehearsal.mjs";

const hmac = (raw) => createHmac("sha512", SECRET).update(raw).digest("hex");
const isFinal = ({ status }) => status !== "not_confirmed";
const isDeposit = ({ type }) => /^deposit/.test(type);
const isConfirmed = (callback) => callback.status === "confirmed" && isDeposit(callback);
const confirmationsOf = ({ transactions: [transaction] = [] }) =>
  Number(transaction?.confirmation ?? transaction?.confirmations ?? 0);

/** Returns a shop that verifies signatures, and handles parsed callbacks. */
function shopWith(handleCallback) {
  const credits = [];
  return {
    credits: () => credits,
    async handle(raw, headers) {
      if (hmac(raw) !== headers["x-process-signature"]) return 401;
      const callback = JSON.parse(raw.toString());
      const { id, crypto_address: address, currency_received: received } = callback;
      const [customer_id, amount] = [address?.foreign_id, received?.amount_minus_fee];
      const isClear = isConfirmed(callback) && customer_id !== undefined && amount !== undefined;
      const credit = isClear ? { customer_id, currency: received.currency, amount: String(amount) } : undefined;
      if (id !== undefined) await handleCallback({ callback, id: String(id), credit, credits });
      return 200;
    },
  };
}

/** Each bug: its shop, the scenario that it fails, and a fault there. */
const BUGS = {
  "lets a late callback change the status back": () => {
    const statuses = new Map();
    const shop = shopWith(({ callback, id, credit, credits }) => {
      if (credit && !/^(confirmed|cancelled)$/.test(statuses.get(id))) credits.push(credit);
      statuses.set(id, callback.status);
    });
    return [shop, "repeated-after-other-statuses", "credit_repeated"];
  },
  "remembers only the latest transaction of a customer": () => {
    const latest = new Map();
    const shop = shopWith(({ callback, id, credit, credits }) => {
      const customer = callback.crypto_address?.foreign_id;
      if (!isFinal(callback) || latest.get(customer) === id) return;
      latest.set(customer, id);
      if (credit) credits.push(credit);
    });
    return [shop, "repeated-after-others", "credit_wrong"];
  },
  "replaces the credit by the amount of a later callback": () => {
    const creditOf = new Map();
    const shop = shopWith(({ callback, id, credit, credits }) => {
      if (!isFinal(callback)) return;
      if (!creditOf.has(id)) {
        creditOf.set(id, { ...credit });
        if (credit) credits.push(creditOf.get(id));
      } else if (credit) Object.assign(creditOf.get(id), credit);
    });
    return [shop, "amended-amount", "credit_wrong"];
  },
  "credits by the number of confirmations": () => {
    const isCredited = (callback) => isDeposit(callback) && confirmationsOf(callback) > 0;
    const isCounted = (callback) => isFinal(callback) || confirmationsOf(callback) > 0;
    return [handWritten({ isFinal: isCounted, isCredited }), "not-confirmed", "credit_unexpected"];
  },
  "waits for a confirmation of the blockchain": () => [
    handWritten({ isCredited: (callback) => isConfirmed(callback) && confirmationsOf(callback) > 0 }),
    "zero-confirmations",
    "credit_missing",
  ],
  "verifies only what credits": () => {
    const isSigned = (raw, headers) =>
      JSON.parse(raw.toString()).status !== "confirmed" || hmac(raw) === headers["x-process-signature"];
    return [handWritten({ isSigned }), "unsigned", "forgery_accepted"];
  },
  "reads amounts before the status": () => [
    handWritten({ validate: (callback) => isDeposit(callback) && callback.currency_received.amount }),
    "cancelled-without-amounts",
    "wrong_status",
  ],
  "reads the txid before the status": () => [
    handWritten({ validate: ({ transactions }) => transactions?.[0].txid }),
    "cancelled-without-amounts",
    "wrong_status",
  ],
  "writes small amounts with an exponent": () => [
    handWritten({ amountOf: ({ currency_received: received }) => received?.amount_minus_fee }),
    "exponent-amounts",
    "credit_unreadable",
  ],
  "validates fields that it does not need": () => {
    const isText = (value) => value === undefined || value === null || typeof value === "string";
    const validate = ({ crypto_address: address }) => {
      if (!isText(address?.memo) || !isText(address?.tag)) throw new TypeError("memo and tag must be text");
    };
    return [handWritten({ validate }), "other-types", "wrong_status"];
  },
  "credits every type but payouts": () => {
    const isCredited = ({ status, type }) => status === "confirmed" && !/^(withdrawal|rebate)/.test(type);
    const customerOf = ({ crypto_address: address, foreign_id }) => address?.foreign_id ?? foreign_id;
    return [handWritten({ isCredited, customerOf }), "type-exchange", "credit_unexpected"];
  },
};

describe("a shop that", () => {
  for (const [name, make] of Object.entries(BUGS)) {
    test(name, async () => {
      const [shop, scenario, code] = make();
      const { failed } = await rehearseShop(shop, { only: [scenario] });
      assert.ok(failed[scenario]?.has(code), `${scenario}: ${[...(failed[scenario] ?? [])]}`);
    });
  }

  test("leaves a deposit in another currency to a person passes, and one that converts it does not", async () => {
    const only = ["cross-currency-deposit"];
    const isCredited = (callback) => isConfirmed(callback) && !callback.crypto_address.cross_currency;
    assert.deepEqual((await rehearseShop(handWritten({ isCredited }), { only })).failed, {});
    const currencyOf = ({ crypto_address: address }) => address?.expected_currency ?? address?.currency;
    const { failed } = await rehearseShop(handWritten({ currencyOf }), { only });
    assert.deepEqual([...failed["cross-currency-deposit"]], ["credit_unexpected"]);
  });

  test("decodes each part of a body alone", async () => {
    const { credits, handle } = handWritten();
    const server = createServer((request, response) => {
      if (request.method === "GET") return response.end(JSON.stringify({ credits: credits() }));
      let body = "";
      request.on("data", (chunk) => (body += chunk));
      request.on("end", async () => {
        response.statusCode = await handle(Buffer.from(body), request.headers);
        response.end();
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = new URL(`http://127.0.0.1:${server.address().port}`);
    const { results } = await runRehearsal({
      ...{ handler: url, readLedger: ledgerAt(url, "c-", undefined), secret: SECRET, apiKey: undefined, prefix: "c-" },
      ...{ quietMs: 30, only: ["plain-json", "large-body", "large-utf8-body"] },
    });
    server.close();
    server.closeAllConnections();
    const codes = results.map(({ scenario, faults }) => [scenario.name, faults.map(({ code }) => code).join()]);
    const expected = { "plain-json": "", "large-body": "", "large-utf8-body": "wrong_status" };
    assert.deepEqual(Object.fromEntries(codes), expected);
  });

  test("keeps one callback in a variable of the module", async () => {
    let current;
    const shop = shopWith(async ({ callback, credit, credits }) => {
      current = credit;
      await setTimeout(100); // The other callback arrives meanwhile.
      if (isFinal(callback) && current) credits.push(current);
    });
    const { failed } = await rehearseShop(shop, { only: ["two-customers"] });
    assert.ok(failed["two-customers"]?.has("credit_missing"));
  });
});
