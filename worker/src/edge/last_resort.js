import generated from "./last_resort.json";

const USABLE_ID = new RegExp(generated.requestId);

/** Logs a failed request and answers it with an internal error. Works without the wasm instance. */
export function lastResort(request, reason) {
  const given = request.headers.get("X-Request-Id");
  const requestId = given && USABLE_ID.test(given) ? given : crypto.randomUUID();
  console.log(JSON.stringify({ event: "failure", part: "worker", problem: reason, request_id: requestId }));
  const { status, headers, body } = generated;
  return new Response(request.method === "HEAD" ? null : JSON.stringify({ ...body, request_id: requestId }), {
    status,
    headers: { ...headers, "X-Request-Id": requestId },
  });
}
