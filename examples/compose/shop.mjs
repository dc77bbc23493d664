import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { Citrn, CitrnError } from "citrn";

const citrn = new Citrn({
  apiKey: process.env.CITRN_API_KEY,
  secret: process.env.CITRN_SECRET,
  baseUrl: process.env.CITRN_BASE_URL,
  // Only for a sandbox in a private network: anyone there can read the requests and change the replies.
  allowInsecureBaseUrl: true,
});

/** Starts a payment, and returns where the payer goes. */
async function pay() {
  const { redirect_url } = await citrn.payments.create({
    foreign_id: "order-17",
    coin_name: "USDTT",
    return_url: "https://shop.example/thanks",
  });
  return [201, redirect_url];
}

/** Takes a callback of the gateway. */
function credit(body, headers) {
  try {
    const { id, status } = citrn.callbacks.verify(body, headers);
    console.log(`callback ${id}: ${status}`);
    return [200, "ok"];
  } catch (error) {
    if (error instanceof CitrnError && error.code === "invalid_signature") return [401, "not signed by the gateway"];
    throw error;
  }
}

const server = createServer(async (request, response) => {
  try {
    const body = await buffer(request);
    const routes = { "POST /pay": pay, "POST /citron": () => credit(body, request.headers) };
    const route = routes[`${request.method} ${request.url}`];
    const [status, text] = route ? await route() : [404, "not found"];
    response.writeHead(status).end(`${text}\n`);
  } catch (error) {
    console.error(error);
    response.writeHead(500).end("failed\n");
  }
});
server.listen(process.env.PORT, () => console.log(`the shop listens on ${process.env.PORT}`));
