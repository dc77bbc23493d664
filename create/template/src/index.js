import worker from "citrn-worker";

// wrangler.jsonc binds these classes.
export { CheckoutShard, IdempotencyShard, InboxShard } from "citrn-worker";

export default {
  fetch(request, env, context) {
    // Your own routes come first, for example:
    // const { pathname } = new URL(request.url);
    // if (pathname === "/hello") return new Response("Hello");
    return worker.fetch(request, env, context);
  },
};
