// The usual parts of scripts.
import type { CallbackBody } from "./bodies.js";
import { formatDecimal, parseDecimal } from "../decimal.js";
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

/** What to do about wrong amounts. */
export const CREDIT_RECEIVED = "Credit currency_received.amount_minus_fee in the currency of currency_received.";

/** Returns the amounts that usual mistakes would credit for a deposit with an exchange. */
export function mistakesOf({ credit, gross, sent }: Deposit): Mistake[] {
  if (sent.currency === credit.currency) return [];
  const sentAmount = { is: "the amount that was sent", remedy: CREDIT_RECEIVED };
  const sentCurrency = { is: "in the currency that was sent", remedy: CREDIT_RECEIVED };
  return [
    { ...sent, ...sentAmount },
    { ...sent, currency: credit.currency, ...sentAmount },
    { ...credit, currency: sent.currency, ...sentCurrency },
    { ...gross, currency: sent.currency, ...sentCurrency },
  ];
}

/** Returns the sums of the amounts before fees of each customer's confirmed deposits. */
export function amountsBeforeFees({ steps }: Pick<Script, "steps">): Mistake[] {
  const sums = new Map<string, { currency: string; units: bigint }>();
  const seen = new Set<unknown>();
  for (const { body, forgedSignature } of steps.flat()) {
    const { id, status, crypto_address, currency_received: received }: CallbackBody = JSON.parse(body);
    const units = parseDecimal(String(received?.amount));
    if (forgedSignature !== undefined || status !== "confirmed" || units === undefined || seen.has(id)) continue;
    seen.add(id);
    const currency = String(received?.currency);
    const key = `${crypto_address?.foreign_id} ${currency}`;
    sums.set(key, { currency, units: (sums.get(key)?.units ?? 0n) + units });
  }
  const mistake = { is: "before fees", remedy: CREDIT_RECEIVED };
  return [...sums.values()].map(({ currency, units }) => ({ currency, amount: formatDecimal(units), ...mistake }));
}
