// Callbacks for tests, signed as the gateway signs them.
import { Citrn } from "citrn";
import { apiKey, hmac, secret } from "./gateway.mjs";

const citrn = new Citrn({ apiKey, secret });

/** A deposit with exchange, in the newer of the two forms in the documentation. */
export const deposit = JSON.stringify({
  id: "2c9f1f1e-7d0b-4c49-9f7e-6f1f4f0a1b22",
  type: "deposit_exchange",
  crypto_address: { id: "9a0e2c55", currency: "BTC", address: "bc1q", memo: null, foreign_id: "user-17" },
  currency_sent: { currency: "BTC", amount: "0.00367652" },
  currency_received: { currency: "USDTT", amount: "99.146193", amount_minus_fee: "98.154731" },
  transactions: [
    {
      id: "e1",
      currency: "BTC",
      transaction_type: "blockchain",
      type: "deposit",
      tag: null,
      amount: "0.00367652",
      txid: "ab",
      riskscore: null,
      confirmation: 3,
      senders: ["bc1p"],
    },
  ],
  fees: null,
  error: "",
  risk: {},
  status: "confirmed",
  exchange: { ticker: "BTCUSDT", rate: "26967.40200000", exchanged_amount: "99.14619280" },
});

/** Signs and verifies a callback. A body that is not text is serialised as JSON. */
export function verified(body) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return citrn.callbacks.verify(text, { "x-process-signature": hmac(secret, text) });
}
