// Scenarios of callbacks that come more than once.
import { edited, withStatus } from "./bodies.js";
import { bodyOf, callback, inOrder, mistakesOf } from "./parts.js";
import type { Scenario } from "./scenario.js";

/** What to do about repeated credits. */
export const ONE_TRANSACTION =
  "Insert the transaction's id under a unique constraint, and credit in the same database transaction. Answer 200 if " +
  "the id was there.";

/** The mistake of crediting what a later callback says. */
const LATER_AMOUNT = {
  is: "the amount of a later callback",
  remedy: "Keep the first credit of a transaction, and have a person look at the other amount.",
};

/** How many copies of a callback arrive concurrently. */
const COPIES = 10;

export const REPEATS: readonly Scenario[] = [
  {
    name: "repeated",
    description: "each callback of a deposit comes three times",
    advice: ONE_TRANSACTION,
    underEachProfile: true,
    async prepare(gateway, customer) {
      const deposit = await gateway.deposit(customer, { amount: "60" });
      const deliveries = ["not_confirmed", "confirmed"].flatMap((status) => [
        callback(deposit, status),
        callback(deposit, status, `${status}, second time`),
        callback(deposit, status, `${status}, third time`),
      ]);
      return inOrder(deliveries, [deposit.credit], mistakesOf(deposit));
    },
  },
  {
    name: "concurrent",
    description: `${COPIES} copies of one callback arrive concurrently`,
    advice: ONE_TRANSACTION,
    underEachProfile: true,
    async prepare(gateway, customer) {
      const deposit = await gateway.deposit(customer, { amount: "61" });
      const copies = Array.from({ length: COPIES }, (_, index) =>
        callback(deposit, "confirmed", `confirmed, copy ${index + 1}`),
      );
      return { steps: [copies], credits: [deposit.credit], mistakes: mistakesOf(deposit) };
    },
  },
  {
    name: "confirmed-again",
    description: "confirmed comes again with other bytes: more confirmations, and another layout",
    advice: "Credit each transaction once by its id alone, not by a hash of the body or by its fields.",
    underEachProfile: false,
    async prepare(gateway, customer) {
      const deposit = await gateway.deposit(customer, { amount: "62" });
      const first = callback(deposit, "confirmed");
      const later = edited(first.body, ({ transactions }) => {
        for (const transaction of transactions) transaction.confirmation = 77;
      });
      const spaced = JSON.stringify(JSON.parse(later), null, 2);
      const deliveries = [
        first,
        { label: "confirmed, with more confirmations", body: later },
        { label: "confirmed, in another layout", body: spaced },
      ];
      return inOrder(deliveries, [deposit.credit], mistakesOf(deposit));
    },
  },
  {
    name: "repeated-after-others",
    description: "confirmed comes again after another deposit of the customer",
    advice: "Remember the id of each transaction: one latest id for a customer is not enough.",
    underEachProfile: false,
    async prepare(gateway, customer) {
      const [first, second] = [
        await gateway.deposit(customer, { amount: "63" }),
        await gateway.deposit(customer, { amount: "64" }),
      ];
      const deliveries = [
        callback(first, "confirmed"),
        callback(second, "confirmed", "confirmed, second deposit"),
        callback(first, "confirmed", "confirmed, first deposit again"),
      ];
      return inOrder(deliveries, [first.credit, second.credit]);
    },
  },
  {
    name: "repeated-after-other-statuses",
    description: "confirmed comes again after a late not_confirmed, and after cancelled",
    advice:
      "Once a transaction has a final status, let no callback change it back: its next confirmed would credit again.",
    underEachProfile: false,
    async prepare(gateway, customer) {
      const deposit = await gateway.deposit(customer, { amount: "65" });
      const cancelled = withStatus(bodyOf(deposit, "confirmed"), "cancelled", "double spend");
      const deliveries = [
        callback(deposit, "confirmed"),
        callback(deposit, "not_confirmed", "late not_confirmed"),
        callback(deposit, "confirmed", "confirmed, after not_confirmed"),
        { label: "cancelled", body: cancelled },
        callback(deposit, "confirmed", "confirmed, after cancelled"),
      ];
      return inOrder(deliveries, [deposit.credit], mistakesOf(deposit));
    },
  },
  {
    name: "amended-amount",
    description: "confirmed comes again with a larger amount",
    advice: LATER_AMOUNT.remedy,
    underEachProfile: false,
    async prepare(gateway, customer) {
      const deposit = await gateway.deposit(customer, { amount: "66" });
      const amount = "98.010000";
      const body = edited(bodyOf(deposit, "confirmed"), ({ currency_received: received }) => {
        Object.assign(received ?? {}, { amount: "99.000000", amount_minus_fee: amount });
      });
      const deliveries = [callback(deposit, "confirmed"), { label: "confirmed, with a larger amount", body }];
      return inOrder(deliveries, [deposit.credit], [{ ...deposit.credit, amount, ...LATER_AMOUNT }]);
    },
  },
];
