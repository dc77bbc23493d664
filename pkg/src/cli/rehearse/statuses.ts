// Scenarios of statuses: only the first final status of a transaction may credit, and only if it is confirmed.
import { edited, withStatus } from "./bodies.js";
import { bodyOf, callback, inOrder } from "./parts.js";
import type { Scenario } from "./scenario.js";

/** What to do about a status that credits by mistake. */
export const ONLY_CONFIRMED = "Credit a deposit only when its status is exactly confirmed.";

/** What to do about credits for payouts. */
export const NO_CREDIT_FOR_PAYOUTS =
  "A callback of the type withdrawal or withdrawal_exchange reports money that leaves: credit nothing.";

/** Returns the scenario of a deposit that ends with a status and credits nothing, with all its amounts in the body. */
function notCredited(name: string, status: string, description: string): Scenario {
  return {
    ...{ name, description, advice: ONLY_CONFIRMED, underEachProfile: false },
    async prepare(gateway, customer) {
      const deposit = await gateway.deposit(customer, { amount: "40" });
      const body = withStatus(bodyOf(deposit, "confirmed"), status, "refused by the exchange / compliance");
      return inOrder([callback(deposit, "not_confirmed"), { label: status, body }], []);
    },
  };
}

export const STATUSES: readonly Scenario[] = [
  {
    name: "not-confirmed",
    description: "a deposit is seen, gets confirmations of the blockchain, and is never confirmed",
    advice: `${ONLY_CONFIRMED} The number of confirmations does not matter.`,
    underEachProfile: true,
    async prepare(gateway, customer) {
      const deposit = await gateway.deposit(customer, { amount: "41" });
      // The same body as when it is confirmed, with its confirmations.
      const body = withStatus(bodyOf(deposit, "confirmed"), "not_confirmed");
      return inOrder([callback(deposit, "not_confirmed"), { label: "not_confirmed, with confirmations", body }], []);
    },
  },
  {
    name: "cancelled",
    description: "a deposit is seen and then cancelled, as after a double spend",
    advice: ONLY_CONFIRMED,
    underEachProfile: true,
    async prepare(gateway, customer) {
      const deposit = await gateway.deposit(customer, { amount: "42", end: "cancelled" });
      return inOrder([callback(deposit, "not_confirmed"), callback(deposit, "cancelled")], []);
    },
  },
  {
    name: "cancelled-without-amounts",
    description: "the callback of a cancelled deposit has no amounts and no transactions",
    advice: "Read the status first: only a confirmed callback is sure to have amounts.",
    underEachProfile: false,
    async prepare(gateway, customer) {
      const deposit = await gateway.deposit(customer, { amount: "44", end: "cancelled" });
      const body = edited(bodyOf(deposit, "cancelled"), (changed) => {
        delete changed.currency_sent;
        delete changed.currency_received;
        changed.transactions = [];
      });
      return inOrder([callback(deposit, "not_confirmed"), { label: "cancelled", body }], []);
    },
  },
  notCredited("declined", "declined", "a deposit is declined"),
  notCredited("failed", "failed", "a deposit fails"),
  notCredited("unknown-status", "under_review", "a deposit gets a status that is not documented"),
  {
    name: "cancelled-before-confirmed",
    description: "a deposit was confirmed and then cancelled, and the callbacks arrive the other way round",
    advice: "Insert the id of the transaction with its first final status, also if that credits nothing.",
    underEachProfile: false,
    async prepare(gateway, customer) {
      const deposit = await gateway.deposit(customer, { amount: "43" });
      const confirmed = callback(deposit, "confirmed");
      const body = withStatus(confirmed.body, "cancelled", "double spend");
      return inOrder([{ label: "cancelled", body }, confirmed], []);
    },
  },
  {
    name: "payout",
    description: "payouts are confirmed, with and without exchange",
    advice: NO_CREDIT_FOR_PAYOUTS,
    underEachProfile: true,
    async prepare(gateway, customer, other) {
      const payouts = [await gateway.withdrawal(customer), await gateway.withdrawal(other, { convertTo: "EUR" })];
      return inOrder(
        payouts.map((bodies) => ({ label: "confirmed payout", body: bodyOf({ bodies }, "confirmed") })),
        [],
      );
    },
  },
];
