// The entry `citrn/element` where there is no DOM, and parts of it that need none.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { internals } from "./internals.mjs";

const { statusUrl } = await internals("src/element/status.ts");

test("importing the element on a server is safe, and defines nothing", async () => {
  const element = await import("citrn/element");
  const required = createRequire(import.meta.url)("citrn/element");
  for (const { CitrnPayElement } of [element, required]) assert.equal(typeof CitrnPayElement, "function");
  assert.equal(globalThis.customElements, undefined);
});

test("the URL of the status is below that of the link", () => {
  const status = "https://pay.shop.example/c/token/status";
  for (const link of ["", "/", "/status", "/status/", "?lang=de", "/status?lang=de#deposits"])
    assert.equal(statusUrl(`https://pay.shop.example/c/token${link}`), status);
});
