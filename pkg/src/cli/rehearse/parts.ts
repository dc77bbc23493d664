// The usual parts of scripts.
import type { Credit, Deposit } from "./gateway.js";
import type { Delivery, Mistake, Script } from "./scenario.js";

/** Returns the delivery of a deposit's callback. */
export function callback(deposit: Deposit, status: string, label = status): Delivery {
  return { label, body: bodyOf(deposit, status) };
}

/** Returns the body of a deposit's callback. */
export function bodyOf({ bodies }: Pick<Deposit, "bodies">, status: string): string {
  const body = bodies[status];
  if (body === undefined) throw new Error(`The sandbox sent no callback with the status ${status}.`);
  return body;
}

/** Returns a script of deliveries one after the other. */
export function inOrder(deliveries: readonly Delivery[], credits: readonly Credit[], more: readonly Mistake[] = []) {
  const script: Script = { steps: deliveries.map((delivery) => [delivery]), credits, mistakes: more };
  return script;
}

/** Returns the amounts that usual mistakes would credit for a deposit. */
export function mistakesOf({ credit, gross, sent }: Deposit): Mistake[] {
  const isExchange = sent.currency !== credit.currency;
  return [
    { ...gross, is: "currency_received.amount, before fees; credit amount_minus_fee" },
    ...(isExchange
      ? [
          { ...sent, is: "the amount that was sent; credit currency_received" },
          { ...credit, currency: sent.currency, is: "in the currency that was sent; credit that of currency_received" },
          { ...sent, currency: credit.currency, is: "the amount that was sent; credit currency_received" },
        ]
      : []),
  ];
}
