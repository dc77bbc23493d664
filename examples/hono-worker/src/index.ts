// A shop: creates payments, and takes the gateway's callbacks.
import { Citrn, callbackHandler } from "citrn";
import { Hono } from "hono";
import { creditingIn } from "./crediting.js";

const app = new Hono<{ Bindings: Env }>();

/** Makes a client from the settings of the Worker. It is cheap: one per request is enough. */
const client = ({ CITRN_API_KEY: apiKey, CITRN_SECRET: secret, CITRN_BASE_URL: baseUrl }: Env) =>
  new Citrn({ apiKey, secret, baseUrl });

app.get("/", (c) => c.html('<form method="post" action="/pay"><button>Pay with crypto</button></form>'));

app.post("/pay", async (c) => {
  // Callbacks carry this id and no other, so each order needs one.
  const order = `order-${crypto.randomUUID()}`;
  const payment = await client(c.env).payments.create({
    foreign_id: order,
    coin_name: "USDTT", // USDT on Tron
    return_url: new URL(`/orders/${order}`, c.req.url).href,
  });
  return c.redirect(payment.redirect_url, 303);
});

// Payers return here, perhaps before the callback has come.
app.get("/orders/:order", async (c) => {
  const find = c.env.DB.prepare("select currency, amount from credits where customer_id = ?");
  const { results } = await find.bind(c.req.param("order")).all<{ currency: string; amount: string }>();
  const received = results.map(({ amount, currency }) => `Received ${amount} ${currency}.`);
  return c.text(received.join("\n") || "Waiting for the payment.");
});

app.post("/callbacks", (c) => callbackHandler({ citrn: client(c.env), ...creditingIn(c.env.DB) })(c.req.raw));

export default app;
