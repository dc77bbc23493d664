// The platform's types are accepted: fetch, signals, headers, crypto. Compiled with DOM or Node types, never run.
import { type CallbackEvent, callbackHandler, Citrn } from "citrn";

declare const headers: Headers;
declare const incoming: { headers: Record<string, string | string[] | undefined> };
declare const key: Parameters<typeof crypto.subtle.sign>[1];

export async function platform(): Promise<void> {
  const citrn = new Citrn({ fetch, baseUrl: "http://127.0.0.1:8788/api" });
  const controller = new AbortController();
  await citrn.ping({ signal: controller.signal });
  await citrn.ping({ signal: AbortSignal.timeout(1000) });
  citrn.callbacks.verify(new ArrayBuffer(0), headers);
  citrn.callbacks.verify(new Uint8Array(1), incoming.headers);
  citrn.callbacks.verify("", [["a", "b"]]);
  citrn.callbacks.verify("", new Map([["a", "b"]]));
  await fetch("http://127.0.0.1/", { method: "POST", headers: citrn.callbacks.sign("{}"), body: "{}" });
  new Citrn({ fetch: (url, init) => fetch(url, { ...init, headers: { ...init.headers, "X-Trace": "1" } }) });
  new Citrn({
    signer: async (bytes) => {
      const mac = new Uint8Array(await crypto.subtle.sign("HMAC", key, bytes));
      return Array.from(mac, (byte) => byte.toString(16).padStart(2, "0")).join("");
    },
  });
}

/** A handler fits whatever calls it with the platform's `Request`. */
export const handler: (request: Request) => Promise<Response> = callbackHandler({
  citrn: new Citrn(),
  process: async (event: CallbackEvent) => (event.data.credit?.amount === "0" ? "duplicate" : "done"),
  review: async ({ id, data }) => console.log(id, data.review),
});
