// Helpers for tests of the checkout: settings, links, forms and signed callbacks.
import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";

/** Returns an entry of `CHECKOUT_SECRETS` with this id. @param {string} id */
export const checkoutSecret = (id) => `${id}:${randomBytes(32).toString("base64")}`;

/**
 * @param {{ url: string }} worker
 * @param {string} token for creating links
 * @param {string} origin the setting PUBLIC_ORIGIN
 */
export function makePayer(worker, token, origin) {
  /**
   * Sends a request like a browser, as a POST if there is a form. The text comes without the elements that isolate names and
   * emphasise addresses.
   * @param {string} path
   */
  const visit = async (path, form = undefined, headers = {}) => {
    const body = form === undefined ? undefined : new URLSearchParams(form);
    const response = await fetch(worker.url + path, {
      method: body ? "POST" : "GET",
      headers: { accept: "text/html,*/*;q=0.8", ...headers },
      body,
      redirect: "manual",
    });
    return {
      status: response.status,
      headers: response.headers,
      text: (await response.text()).replace(/<\/?(bdi|b|span)>/g, ""),
    };
  };
  return {
    visit,
    /** Creates a link, and returns its path, token and expiry. @param {object} parameters */
    async link(parameters = {}) {
      const body = {
        foreign_id: "user-17",
        return_url: "https://shop.example/thanks",
        coins: ["USDTT"],
        ...parameters,
      };
      const response = await fetch(`${worker.url}/v1/checkout-links`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify(body),
      });
      const text = await response.text();
      assert.equal(response.status, 201, text);
      const { url, expires_at } = JSON.parse(text);
      assert.ok(url.startsWith(`${origin}/c/`), url);
      return {
        path: url.slice(origin.length),
        token: url.slice(`${origin}/c/`.length),
        expiresAt: Date.parse(expires_at),
      };
    },
  };
}

/**
 * Posts a callback like the gateway.
 * @param {{ url: string }} worker
 * @param {{ CITRN_SECRET: string }} settings
 * @param {object} callback
 */
export async function callBack(worker, settings, callback) {
  const body = JSON.stringify(callback);
  const signature = createHmac("sha512", settings.CITRN_SECRET).update(body).digest("hex");
  const response = await fetch(`${worker.url}/callbacks`, {
    method: "POST",
    headers: { "x-process-signature": signature },
    body,
  });
  assert.equal(response.status, 200, await response.text());
}

/** Asserts that an answer is an error page with this code. */
export function assertPayerError({ status, headers, text }, expected, code) {
  assert.deepEqual([status, /<meta name="code" content="([^"]*)">/.exec(text)?.[1]], [expected, code], text);
  assert.equal(headers.get("content-type"), "text/html; charset=utf-8");
  assert.equal(headers.get("referrer-policy"), "no-referrer");
  assert.equal(headers.get("cross-origin-opener-policy"), "same-origin");
  assert.match(text, /<h1>[^<]+<\/h1><p role="alert">[^<]+/);
}
