// A gateway with the same answer to all calls, in a separate process. Prints its port.
import { createServer } from "node:http";

const ID = "5d1c3f5e-8a8b-4a55-9e0b-6f6a2a1c9f10";
const URL = `https://pay.citrn.example/${ID}`;
/** Both answers have the same length, so that all callers read equally much. */
const ANSWERS = {
  "/api/payments/create-payment": JSON.stringify({ data: { session_id: ID, redirect_url: URL, status: "open" } }),
  "/v1/checkout/sessions": JSON.stringify({ id: ID, object: "checkout.session", url: URL, status: "open" }),
};

const server = createServer((request, response) => {
  request.resume().on("end", () => {
    const answer = ANSWERS[request.url];
    response.writeHead(answer ? 200 : 404, {
      "Content-Type": "application/json",
      "Content-Length": Buffer.byteLength(answer ?? "{}"),
    });
    response.end(answer ?? "{}");
  });
});
server.keepAliveTimeout = 600_000;
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
