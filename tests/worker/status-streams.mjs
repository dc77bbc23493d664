// Streams of the checkout's status, from a Worker that counts the requests to its Durable Objects.
import { get } from "node:http";
import { makeSettings } from "./caller.mjs";
import { callBack, checkoutSecret, makePayer } from "./checkout.mjs";
import { startGateway } from "./gateway.mjs";
import { startWorker } from "./workerd.mjs";

export const ORIGIN = "https://pay.shop.example";
export const FRAME = "https://frame.example";
/** How many links are created at the same time. */
const CONCURRENTLY = 16;

/** A module around the Worker, with a route that returns the numbers of requests, and one that restarts objects. */
const COUNTING = `
import worker, { CheckoutShard as Checkout, IdempotencyShard as Idempotency, InboxShard as Inbox } from "./worker.js";
const counts = { checkout: 0, inbox: 0, idempotency: 0 };
const counted = (Class, name) => class extends Class {
  #state;
  constructor(state, env) {
    super(state, env);
    this.#state = state;
  }
  fetch(request) {
    if (request.url.endsWith("/restart")) this.#state.abort("restarted by a test");
    counts[name] += 1;
    return super.fetch(request);
  }
};
export const CheckoutShard = counted(Checkout, "checkout");
export const IdempotencyShard = counted(Idempotency, "idempotency");
export const InboxShard = counted(Inbox, "inbox");
export default {
  async fetch(request, env, context) {
    const { pathname } = new URL(request.url);
    if (pathname === "/counts") return Response.json(counts);
    if (pathname !== "/restart") return worker.fetch(request, env, context);
    for (let shard = 0; shard < 16; shard += 1)
      await env.CHECKOUT.getByName("shard-" + shard).fetch("https://object/restart").catch(() => {});
    return new Response("restarted");
  },
};
`;

/** Starts a Worker with a checkout. @param {{ inspected?: boolean }} [options] */
export async function startCheckout(options) {
  const { settings, tokens } = makeSettings();
  const gateway = await startGateway({ apiKey: settings.CITRN_API_KEY, secret: settings.CITRN_SECRET });
  gateway.answers(200, { data: { session_id: "s", redirect_url: "https://pay.example/s" } });
  const secrets = { CHECKOUT_SECRETS: checkoutSecret("a"), PUBLIC_ORIGIN: ORIGIN, CHECKOUT_FRAME_ORIGINS: FRAME };
  const worker = await startWorker(
    { ...settings, ...secrets, CITRN_BASE_URL: gateway.baseUrl },
    { wrapper: COUNTING, ...options },
  );
  const payer = makePayer(worker, tokens.all, ORIGIN);

  /** Creates a link with a session. @param {string} foreign_id */
  async function link(foreign_id) {
    const { path, token } = await payer.link({ foreign_id });
    const { status, text } = await payer.visit(path, { coin: "USDTT", mode: "redirect" });
    if (status !== 200) throw new Error(text);
    return { foreign_id, token, path: `${path}/status` };
  }
  return {
    worker,
    payer,
    link,
    /** Creates links of different payers. @param {number} count */
    async links(count) {
      const links = [];
      while (links.length < count) {
        const size = Math.min(CONCURRENTLY, count - links.length);
        const ids = Array.from({ length: size }, (_, index) => `payer-${links.length + index}`);
        links.push(...(await Promise.all(ids.map(link))));
      }
      return links;
    },
    /** Opens the stream of a link. @param {{ path: string }} link */
    open: ({ path }, headers = {}) => openStream(worker.url + path, headers),
    /** Posts the callback of a deposit. @param {{ foreign_id: string }} link @param {number} id @param {string} status */
    deposit: ({ foreign_id }, id, status = "confirmed") =>
      callBack(worker, settings, {
        ...{ id, type: "deposit", status, crypto_address: { currency: "USDTT", address: `T${id}`, foreign_id } },
        currency_sent: { currency: "USDTT", amount: String(id) },
      }),
    /** Returns the number of requests to the Durable Objects of the checkout and the inbox. */
    async requests() {
      const { checkout, inbox } = JSON.parse(await (await fetch(`${worker.url}/counts`)).text());
      return checkout + inbox;
    },
    /** Restarts the objects of the checkout. */
    restartObjects: async () => void (await (await fetch(`${worker.url}/restart`)).text()),
    async stop() {
      await worker.stop();
      await gateway.close();
    },
  };
}

/**
 * Opens a stream, and resolves with it once its first event has arrived.
 * @param {string} url
 * @param {Record<string, string>} headers
 */
async function openStream(url, headers) {
  let rest = "";
  /** @type {Set<() => void>} */
  const waiting = new Set();
  const stream = {
    status: 0,
    /** @type {import("node:http").IncomingHttpHeaders} */
    headers: {},
    /** All text so far. */
    text: "",
    /** The statuses of the events so far. @type {{ state: string }[]} */
    statuses: [],
    comments: 0,
    hasEnded: false,
    /** Resolves when a condition holds. @param {() => boolean} condition @param {number} ms */
    until: (condition, ms) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`after ${ms} ms the stream is ${stream.text}`)), ms);
        const check = () => {
          if (!condition()) return;
          clearTimeout(timer);
          waiting.delete(check);
          resolve(undefined);
        };
        waiting.add(check);
        check();
      }),
    close: () => request.destroy(),
  };
  const notify = () => {
    for (const check of waiting) check();
  };
  // Without an agent, each stream has a connection of its own.
  const request = get(url, { agent: false, headers: { accept: "text/event-stream", ...headers } });
  request.on("error", () => {});
  request.on("response", (response) => {
    stream.status = response.statusCode ?? 0;
    stream.headers = response.headers;
    response.setEncoding("utf8");
    response.on("data", (text) => {
      stream.text += text;
      rest += text;
      const blocks = rest.split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        if (block === ":") stream.comments += 1;
        const [, data] = /^event: status\ndata: (.*)$/.exec(block) ?? [];
        if (data) stream.statuses.push(JSON.parse(data));
      }
      notify();
    });
    response.on("error", () => {});
    response.on("close", () => {
      stream.hasEnded = true;
      notify();
    });
  });
  await stream.until(() => stream.statuses.length > 0 || stream.hasEnded, 30_000);
  return stream;
}
