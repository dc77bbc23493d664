// A merchant's Worker around ours: own routes, own state, and middleware for every request.
import citrn, { CheckoutShard, IdempotencyShard, InboxShard } from "citrn-worker";

export { CheckoutShard, IdempotencyShard, InboxShard };

/** The state of the isolate, and whether the platform's functions are still the platform's. */
const state = { isolate: undefined, visits: 0, finished: 0 };

const isNative = (value) => Function.prototype.toString.call(value).includes("[native code]");

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const routes = {
  "/own/state": () => Response.json({ ...state, native: isNative(queueMicrotask) && isNative(fetch) }),
  "/own/slow": async (request, env) => {
    await sleep(Number(request.headers.get("x-milliseconds")));
    const reply = await fetch(`${env.CITRN_BASE_URL}/own`);
    return Response.json({ gateway: reply.status });
  },
  "/own/later": (_request, _env, ctx) => {
    ctx.waitUntil(sleep(300).then(() => (state.finished += 1)));
    return Response.json({ later: true });
  },
  "/own/healthz": async (request, env, ctx) => {
    const answer = await citrn.fetch(new Request(new URL("/healthz", request.url), request), env, ctx);
    return Response.json({ own: true, status: answer.status, theirs: await answer.json() });
  },
};

export default {
  async fetch(request, env, ctx) {
    state.isolate ??= crypto.randomUUID();
    state.visits += 1;
    const own = routes[new URL(request.url).pathname];
    if (own) return own(request, env, ctx);
    const marked = new Request(request);
    marked.headers.set("X-Request-Id", `own-${state.visits}`);
    const answer = await citrn.fetch(marked, env, ctx);
    answer.headers.set("X-Own", "added");
    return answer;
  },
};
