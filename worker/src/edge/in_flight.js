// What is under way in an instance of the wasm module, and what becomes of it when that instance dies of a panic, or of any
// other trap. The instance cannot go on, and its promises would never settle.
import { __wbg_reset_state } from "../../../../index.js";

/** Breaks the promises of the instance that runs now. */
const pending = new Set();

let died = 0;

/** How many instances died so far. */
export const deaths = () => died;

/** Takes note that the instance died. */
export function instanceDied() {
  died += 1;
  // Not at once: the calls that lead here are yet to clean up behind them, in the old instance.
  queueMicrotask(__wbg_reset_state);
  for (const reject of pending) reject(new Error("the wasm instance died"));
  pending.clear();
}

/** The promise of a call into the instance, which settles it, unless the instance dies: then it is broken. */
export function kept(call) {
  return new Promise((resolve, reject) => {
    const settled = (how) => (value) => {
      pending.delete(reject);
      how(value);
    };
    pending.add(reject);
    try {
      call(settled(resolve), settled(reject));
    } catch (error) {
      settled(reject)(error);
    }
  });
}

/**
 * The same for what a caller waits for: a broken promise is a problem. That is made behind the promise and not where it is
 * broken, in the request that panicked: the runtime takes no answer that another request made.
 */
export const answered = (call, request) => kept(call).catch((error) => problem(request, String(error)));

function problem(request, reason) {
  const given = request.headers.get("X-Request-Id");
  const requestId = given && /^[\w.:/+=-]{1,128}$/.test(given) ? given : crypto.randomUUID();
  console.log(JSON.stringify({ event: "failure", part: "worker", problem: reason, request_id: requestId }));
  const body = {
    type: "https://github.com/citrn/citrn/blob/main/worker/PROBLEMS.md#internal_error",
    title: "Internal error",
    status: 500,
    detail: "The Worker failed before it came to an answer. What was asked for may have been carried out.",
    code: "internal_error",
    executed: "unknown",
    retryable: true,
    request_id: requestId,
  };
  return new Response(request.method === "HEAD" ? null : JSON.stringify(body), {
    status: 500,
    headers: {
      "Content-Type": "application/problem+json",
      "Cache-Control": "no-store",
      "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
      "Cross-Origin-Resource-Policy": "same-origin",
      "Referrer-Policy": "no-referrer",
      "Strict-Transport-Security": "max-age=31536000",
      "X-Content-Type-Options": "nosniff",
      "X-Request-Id": requestId,
    },
  });
}
