// Scenarios of single deposits: which amount of which currency is credited to whom.
import { CREDIT_RECEIVED, callback, inOrder, mistakesOf } from "./parts.js";
import type { DepositOrder } from "./gateway.js";
import type { Scenario } from "./scenario.js";

const KEEP_TEXT = "Keep amounts as decimal text: never make floats of them, and store every digit.";

/** Returns the scenario of a deposit that is seen and then confirmed. */
function confirmed(name: string, description: string, advice: string, order: DepositOrder): Scenario {
  return {
    ...{ name, description, advice, underEachProfile: true },
    async prepare(gateway, customer) {
      const deposit = await gateway.deposit(customer, order);
      const deliveries = [callback(deposit, "not_confirmed"), callback(deposit, "confirmed")];
      return inOrder(deliveries, [deposit.credit], mistakesOf(deposit));
    },
  };
}

export const DEPOSITS: readonly Scenario[] = [
  confirmed("deposit", "a deposit is seen and then confirmed", CREDIT_RECEIVED, { amount: "50" }),
  confirmed("deposit-exchange", "a deposit is exchanged into another currency on arrival", CREDIT_RECEIVED, {
    ...{ amount: "0.0123", currency: "BTC", convertTo: "USDTT" },
  }),
  confirmed("long-amount", "an amount has 18 digits, more than a float holds", KEEP_TEXT, {
    ...{ amount: "9876543210.12345678", currency: "BTC" },
  }),
  {
    name: "confirmed-immediately",
    description: "a deposit has only one callback, because it is confirmed immediately",
    advice: "A confirmed deposit is credited whether or not a not_confirmed callback came first.",
    underEachProfile: true,
    async prepare(gateway, customer) {
      const deposit = await gateway.deposit(customer, { amount: "21" });
      return inOrder([callback(deposit, "confirmed")], [deposit.credit], mistakesOf(deposit));
    },
  },
  {
    name: "two-customers",
    description: "two customers send the same amount, and their callbacks arrive concurrently",
    advice: "Credit crypto_address.foreign_id, and tell deposits apart by id only.",
    underEachProfile: false,
    async prepare(gateway, customer, other) {
      const first = await gateway.deposit(customer, { amount: "33" });
      const second = await gateway.deposit(other, { amount: "33" });
      return {
        steps: [
          [callback(first, "not_confirmed"), callback(second, "not_confirmed")],
          [callback(first, "confirmed"), callback(second, "confirmed")],
        ],
        credits: [first.credit, second.credit],
      };
    },
  },
  {
    name: "burst",
    description: "12 deposits of one customer are confirmed concurrently",
    advice: "Change a balance in one statement or under a lock: reading and then writing it loses credits.",
    underEachProfile: false,
    async prepare(gateway, customer) {
      const amounts = Array.from({ length: 12 }, (_, index) => `${index + 20}.5`);
      const deposits = [];
      for (const amount of amounts) deposits.push(await gateway.deposit(customer, { amount }));
      return {
        steps: [deposits.map((deposit, index) => callback(deposit, "confirmed", `confirmed, deposit ${index + 1}`))],
        credits: deposits.map(({ credit }) => credit),
      };
    },
  },
  {
    name: "one-blockchain-transaction",
    description: "two deposits arrive in one transaction of the blockchain",
    advice: "A deposit is identified by the callback's id. A txid can be that of several deposits.",
    underEachProfile: false,
    async prepare(gateway, customer) {
      const first = await gateway.deposit(customer, { amount: "15" });
      const second = await gateway.deposit(customer, { amount: "15" });
      const txid = ({ body }: { body: string }) => /"txid":"([^"]*)"/.exec(body)?.[1] ?? "";
      const given = callback(first, "confirmed");
      const same = callback(second, "confirmed", "confirmed, second deposit");
      const body = same.body.replace(txid(same), txid(given));
      return inOrder([given, { ...same, body }], [first.credit, second.credit]);
    },
  },
];
