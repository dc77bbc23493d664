// A shop: creates payments, and takes the gateway's callbacks.
import { randomUUID } from "node:crypto";
import { Citrn, callbackHandler } from "citrn";
import express from "express";
import { processEvent, reviewEvent } from "./crediting.ts";
import { creditsOf } from "./database.ts";

const { CITRN_API_KEY: apiKey, CITRN_SECRET: secret, CITRN_BASE_URL: baseUrl, SHOP_URL, PORT = "3000" } = process.env;
const citrn = new Citrn({ apiKey, secret, baseUrl });
const handle = callbackHandler({ citrn, process: processEvent, review: reviewEvent });
const app = express();

app.get("/", (_req, res) => {
  res.send('<form method="post" action="/pay"><button>Pay with crypto</button></form>');
});

app.post("/pay", async (_req, res) => {
  // Callbacks carry this id and no other, so each order needs one.
  const order = `order-${randomUUID()}`;
  const payment = await citrn.payments.create({
    foreign_id: order,
    coin_name: "USDTT", // USDT on Tron
    return_url: `${SHOP_URL}/orders/${order}`,
  });
  res.redirect(303, payment.redirect_url);
});

// Payers return here, perhaps before the callback has come.
app.get("/orders/:order", (req, res) => {
  const received = creditsOf(req.params.order).map(({ amount, currency }) => `Received ${amount} ${currency}.`);
  res.type("text").send(received.join("\n") || "Waiting for the payment.");
});

// Put this before any app.use(express.json()): the signature is over the exact bytes.
app.post("/callbacks", async (req, res) => {
  const headers = Object.entries(req.headers) as [string, string][];
  const answer = await handle(new Request("http://localhost/", { method: "POST", headers, body: req, duplex: "half" }));
  res.status(answer.status).send(await answer.text());
});

app.listen(Number(PORT), () => console.log(`The shop listens on ${SHOP_URL}`));
