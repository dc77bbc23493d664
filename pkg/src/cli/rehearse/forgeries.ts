// Scenarios of callbacks that the gateway did not sign. A genuine one of the same transaction follows, and counts.
import { createHmac } from "node:crypto";
import { edited, withStatus } from "./bodies.js";
import type { Gateway } from "./gateway.js";
import { bodyOf, callback, inOrder, mistakesOf } from "./parts.js";
import type { Delivery, Scenario } from "./scenario.js";

const REFUSE =
  "Check the signature of the raw bytes first, and answer 401 if it is missing or wrong, without any other effect.";
const SIGNATURE = "X-Process-Signature";

/** Returns a scenario of forgeries of one confirmed deposit. */
function forged(name: string, description: string, forge: (body: string, gateway: Gateway) => Delivery[]): Scenario {
  return {
    ...{ name, description, advice: REFUSE, underEachProfile: false },
    async prepare(gateway, customer) {
      const deposit = await gateway.deposit(customer, { amount: "80" });
      const forgeries = forge(bodyOf(deposit, "confirmed"), gateway);
      const genuine = callback(deposit, "confirmed", "the genuine callback after it");
      const more = edited(genuine.body, moreMoney);
      const received: { currency_received: { currency: string; amount_minus_fee: string } } = JSON.parse(more);
      const { currency, amount_minus_fee: amount } = received.currency_received;
      const mistakes = [
        { currency, amount, is: "the amount of a forged callback", remedy: REFUSE },
        ...mistakesOf(deposit),
      ];
      return inOrder([...forgeries, genuine], [deposit.credit], mistakes);
    },
  };
}

/** Adds a digit in front of the amounts. */
function moreMoney({ currency_received: received }: { currency_received?: Record<string, unknown> }): void {
  for (const field of ["amount", "amount_minus_fee"]) if (received) received[field] = `9${received[field]}`;
}

export const FORGERIES: readonly Scenario[] = [
  forged("unsigned", "a callback has no signature, or an empty one", (body) => [
    { label: "without X-Process-Signature", body, forgedSignature: null },
    { label: "with an empty signature", body, forgedSignature: "" },
    { label: "cancelled, without X-Process-Signature", body: withStatus(body, "cancelled"), forgedSignature: null },
  ]),
  forged("wrong-signature", "the signature is wrong", (body, gateway) => {
    const right = gateway.sign(body)[SIGNATURE] ?? "";
    const under = (key: string) => createHmac("sha512", key).update(body).digest("hex");
    return [
      { label: "signed with another secret", body, forgedSignature: under("another secret") },
      { label: "signed with the public key", body, forgedSignature: under(gateway.apiKey) },
      { label: "signed with an empty secret", body, forgedSignature: under("") },
      { label: "with the first half of the signature", body, forgedSignature: right.slice(0, 64) },
    ];
  }),
  forged("altered-body", "the body was changed after it was signed", (body, gateway) => {
    const signatureOf = (text: string) => gateway.sign(text)[SIGNATURE] ?? "";
    const rewritten = JSON.stringify(JSON.parse(body));
    return [
      { label: "with other amounts", body: edited(body, moreMoney), forgedSignature: signatureOf(body) },
      { label: "parsed and written again", body: rewritten, forgedSignature: signatureOf(body) },
      { label: "with the signature of its parsed form", body, forgedSignature: signatureOf(rewritten) },
    ];
  }),
];
