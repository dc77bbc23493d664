// Realistic bodies of given lengths to sign and check.

/** Returns a confirmed deposit with exchange, as the gateway writes it. @param {number} bytes */
function callback(bytes) {
  const body = {
    id: "2c9f1f1e-7d0b-4c49-9f7e-6f1f4f0a1b22",
    type: "deposit_exchange",
    crypto_address: {
      id: "9a0e2c55-51ab-4f0f-8a61-f4ff31f2c1a0",
      currency: "BTC",
      convert_to: "USDTT",
      address: "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
      memo: null,
      foreign_id: "user-17",
    },
    currency_sent: { currency: "BTC", amount: "0.00367652" },
    currency_received: { currency: "USDTT", amount: "99.14619300", amount_minus_fee: "98.15473100" },
    transactions: [
      {
        id: "e1b7b1ac",
        currency: "BTC",
        transaction_type: "blockchain",
        type: "deposit",
        address: "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
        memo: null,
        amount: "0.00367652",
        txid: "3f1c0c2c5b9f6d2b7ce8c3c1de6f12aa77a1f0d09b4c9ef2c7f5a31c7a6b0d11",
        riskscore: "0.1",
        confirmation: "3",
      },
    ],
    fees: [{ type: "deposit", currency: "USDTT", amount: "0.99146200" }],
    error: "",
    status: "confirmed",
    exchange: { ticker: "BTCUSDT", rate: "26967.40200000", exchanged_amount: "99.14619280" },
  };
  const filler = bytes - JSON.stringify({ ...body, note: "" }).length;
  return JSON.stringify(filler < 0 ? body : { ...body, note: "n".repeat(filler) });
}

const filled = (/** @type {object} */ body, /** @type {string} */ field, /** @type {number} */ bytes) =>
  JSON.stringify({ ...body, [field]: "x".repeat(bytes - JSON.stringify({ ...body, [field]: "" }).length) });

/** Bodies by their length in bytes. @type {[number, string][]} */
export const BODIES = [
  [40, filled({ currency: "BTC" }, "foreign_id", 40)],
  [116, filled({ coin_name: "USDTT", return_url: "https://shop.example/thanks" }, "foreign_id", 116)],
  [1024, callback(1024)],
  [16_384, callback(16_384)],
];

/** The bodies that are callbacks. */
export const CALLBACKS = BODIES.filter(([bytes]) => bytes >= 1024);

for (const [bytes, body] of BODIES)
  if (body.length !== bytes) throw new Error(`The body of ${bytes} bytes has ${body.length}.`);
