// A gateway with a constant answer, so that no slow upstream hides the cost of the Workers. It checks the signature, so
// that a Worker that does not sign has no advantage. It is the merchant's endpoint for events as well.
const BODY = JSON.stringify({
  data: {
    session_id: "5d1c3f5e-8a8b-4a55-9e0b-6f6a2a1c9f10",
    redirect_url: "https://pay.citrn.example/5d1c3f5e-8a8b-4a55-9e0b-6f6a2a1c9f10",
  },
});
const HEADERS = { "Content-Type": "application/json" };
// As all HTTP servers do for a constant text. workerd adds it only to replies that leave the process.
const LENGTH = { "Content-Length": String(BODY.length) };

export default {
  fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === "/merchant") return new Response(null, { status: 204 });
    const right =
      request.method === "POST" &&
      pathname === "/api/payments/create-payment" &&
      request.headers.get("X-Process-Key") === env.API_KEY &&
      request.headers.get("X-Process-Signature") === env.SIGNATURE;
    if (!right)
      return new Response('{"error":"Bad signature header","code":"bad_header_signature"}', {
        status: 403,
        headers: HEADERS,
      });
    return new Response(BODY, { headers: { ...HEADERS, ...LENGTH } });
  },
};
