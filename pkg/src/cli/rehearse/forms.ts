// Scenarios of the forms that a body may have, and of bodies that do not say clearly how much to credit.
import { type CallbackBody, edited } from "./bodies.js";
import type { Credit } from "./gateway.js";
import { bodyOf, inOrder, mistakesOf } from "./parts.js";
import type { Scenario } from "./scenario.js";

/** What to do about refused bodies. */
export const RAW_BYTES =
  "Verify the raw bytes, before any JSON parser, and read them with a JSON parser, not with patterns.";
const REVIEW = "Store it for a person to look at, credit nothing, and answer 200: it would come again unchanged.";
const IGNORE_UNKNOWN = "Ignore fields that you do not know: the gateway adds some without notice.";

/** Returns the scenario of a confirmed deposit whose body has another form, and is credited, perhaps differently. */
function credited(
  name: string,
  description: string,
  advice: string,
  change: (body: string) => string,
  changed: Partial<Credit> = {},
) {
  const scenario: Scenario = {
    ...{ name, description, advice, underEachProfile: false },
    async prepare(gateway, customer) {
      const deposit = await gateway.deposit(customer, { amount: "70" });
      const body = change(bodyOf(deposit, "confirmed"));
      return inOrder([{ label: "confirmed", body }], [{ ...deposit.credit, ...changed }], mistakesOf(deposit));
    },
  };
  return scenario;
}

/** Returns the scenario of a confirmed deposit that a person must look at. */
function reviewed(name: string, description: string, change: (callback: CallbackBody) => void): Scenario {
  return {
    ...{ name, description, advice: REVIEW, underEachProfile: false },
    async prepare(gateway, customer) {
      const deposit = await gateway.deposit(customer, { amount: "71" });
      const body = edited(bodyOf(deposit, "confirmed"), change);
      return inOrder([{ label: "confirmed", body }], []);
    },
  };
}

const FEE = { type: "deposit", currency: "USDTT", amount: "0.70000000" };

export const FORMS: readonly Scenario[] = [
  credited("plain-json", "the body is compact JSON with UTF-8 text instead of escapes", RAW_BYTES, (body) =>
    JSON.stringify({ ...JSON.parse(body), error: "überprüft / ✓" }),
  ),
  credited(
    "pretty-printed",
    "the body is indented JSON with a line break at its end",
    RAW_BYTES,
    (body) => `${JSON.stringify(JSON.parse(body), null, 4)}\n`,
  ),
  credited("unknown-fields", "the body has fields that are not documented", IGNORE_UNKNOWN, (body) =>
    edited(body, (callback) => {
      callback.end_user_reference = "someone else";
      callback.metadata = { nested: [{ amount: "1" }], flag: true };
      Object.assign(callback.currency_received ?? {}, { network: "tron", amount_in_eur: "65.10" });
      Object.assign(callback.crypto_address ?? {}, { cross_currency: false, label: null });
    }),
  ),
  credited(
    "other-types",
    "fields that do not matter have other types: an integer as tag, text as riskscore, null as error",
    "Check the types of the fields that you need, and ignore the others.",
    (body) =>
      edited(body, (callback) => {
        Object.assign(callback, { error: null, risk: [], exchange: null });
        Object.assign(callback.crypto_address ?? {}, { memo: 104_729, tag: "" });
        for (const transaction of callback.transactions) Object.assign(transaction, { tag: 104_729, riskscore: "0.5" });
      }),
  ),
  credited("null-fees", "fees is null", "fees may be null, missing, or a list.", (body) =>
    edited(body, (callback) => {
      callback.fees = null;
    }),
  ),
  credited("no-fees", "fees, error and risk are missing", "fees may be null, missing, or a list.", (body) =>
    edited(body, (callback) => {
      for (const field of ["fees", "error", "risk"]) delete callback[field];
    }),
  ),
  credited("listed-fees", "fees is a list", "fees may be null, missing, or a list.", (body) =>
    edited(body, (callback) => {
      callback.fees = [FEE];
    }),
  ),
  credited("integer-id", "the transaction's id is an integer", "Ids may be integers: keep them as text.", (body) =>
    edited(body, (callback) => {
      callback.id = Number.parseInt(String(callback.id).replaceAll(/\D/g, "").slice(0, 14).padEnd(14, "7"), 10);
    }),
  ),
  credited("number-amounts", "amounts are JSON numbers", "Amounts may be numbers: turn them into text.", (body) =>
    edited(body, ({ currency_received: received }) => {
      for (const field of ["amount", "amount_minus_fee"]) if (received) received[field] = Number(received[field]);
    }),
  ),
  credited(
    "exponent-amounts",
    "amounts are JSON numbers with an exponent, as PHP and JavaScript write small ones",
    "Amounts may be numbers: turn them into text without an exponent.",
    (body) =>
      edited(body, ({ currency_received: received }) => {
        Object.assign(received ?? {}, { amount: 7.2e-7, amount_minus_fee: 7.1e-7 });
      }),
    { amount: "0.00000071" },
  ),
  credited(
    "zero-confirmations",
    "a deposit is confirmed without confirmations of the blockchain",
    "The status says whether a deposit is confirmed, not the number of confirmations.",
    (body) =>
      edited(body, ({ transactions }) => {
        for (const transaction of transactions) transaction.confirmation = 0;
      }),
  ),
  credited(
    "large-body",
    "a body of 150 KB, because the blockchain transaction has 3,000 senders",
    "Accept bodies of up to 256 KB: raise the limit of the body parser.",
    (body) =>
      edited(body, ({ transactions: [transaction] }) => {
        const senders = Array.from({ length: 3000 }, (_, index) => `TSender${String(index).padStart(36, "x")}`);
        Object.assign(transaction ?? {}, { senders });
      }),
  ),
  credited(
    "large-utf8-body",
    "a body of 240 KB of UTF-8 text, which arrives in several parts",
    "Join the bytes of the parts before you decode them: a part may end within a character.",
    (body) => JSON.stringify({ ...JSON.parse(body), error: "€".repeat(80_000) }),
  ),
  reviewed("customer-missing", "a confirmed deposit does not say whose it is", ({ crypto_address }) => {
    delete crypto_address?.foreign_id;
  }),
  reviewed("amount-missing", "a confirmed deposit does not say how much was received", (callback) => {
    delete callback.currency_received;
  }),
  reviewed("type-unknown", "a confirmed callback has amounts, and a type that is not documented", (callback) => {
    callback.type = "rebate";
  }),
  reviewed(
    "type-exchange",
    "an exchange of the merchant's own balance is confirmed; no address is involved",
    (callback) => {
      callback.type = "exchange";
      callback.foreign_id = callback.crypto_address?.foreign_id;
      delete callback.crypto_address;
    },
  ),
  reviewed("fees-unclear", "a confirmed deposit has fees, but not the amount after fees", (callback) => {
    callback.fees = [FEE];
    delete callback.currency_received?.amount_minus_fee;
  }),
];
