// Scenarios of callbacks that come more than once.
import { edited } from "./bodies.js";
import { callback, inOrder, mistakesOf } from "./parts.js";
import type { Scenario } from "./scenario.js";

/** What to do about repeated credits. */
export const ONE_TRANSACTION =
  "Insert the transaction's id under a unique constraint, and credit in the same database transaction. Answer 200 if " +
  "the id was there.";

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
];
