// The Worker's custom spans on runtimes that have none, or only a part.
import assert from "node:assert/strict";
import { registerHooks } from "node:module";
import { test } from "node:test";

/** Loads the Worker's module on a runtime whose `cloudflare:workers` has these exports. */
let exports = "";
registerHooks({
  resolve(specifier, context, next) {
    if (specifier !== "cloudflare:workers") return next(specifier, context);
    return { url: `data:text/javascript,${encodeURIComponent(exports)}`, shortCircuit: true };
  },
});
let loaded = 0;
const load = (text) => {
  exports = `${text} // ${loaded}`;
  return import(`../../worker/src/edge/spans.js?${loaded++}`);
};

/** Returns the exports of a runtime with this active span. */
const runtime = (span) => `export const tracing = {
  getActiveSpan: () => (${span}),
  enterSpan: (name, work) => work({ setAttribute: (...attribute) => globalThis.entered.push([name, ...attribute]) }),
};`;

test("work is done once, without a span, where nothing is recorded", async () => {
  globalThis.entered = [];
  const runtimes = ["", "export const tracing = undefined;", "export const tracing = {};"];
  for (const text of [...runtimes, runtime("undefined"), runtime("{ isTraced: false }")]) {
    const { inSpan, traceId } = await load(text);
    const spans = [];
    assert.equal(
      inSpan("citrn gateway", { "citrn.endpoint": "/api/ping" }, (span) => spans.push(span)),
      1,
      text,
    );
    assert.deepEqual([spans, traceId()], [[undefined], ""], text);
  }
  assert.deepEqual(globalThis.entered, []);
});

test("a recorded request has a span with its attributes, also where spans have no context", async () => {
  globalThis.entered = [];
  const { inSpan, traceId } = await load(runtime("{ isTraced: true }"));
  assert.equal(
    inSpan("citrn object", { "citrn.object": "INBOX" }, () => "reply"),
    "reply",
  );
  assert.deepEqual(globalThis.entered, [["citrn object", "citrn.object", "INBOX"]]);
  assert.equal(traceId(), "");
});

test("a traceparent has two digits for its flags", async () => {
  const { traceparentOf } = await load("");
  const [traceId, spanId] = ["0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"];
  for (const [traceFlags, digits] of [
    [0, "00"],
    [1, "01"],
    [255, "ff"],
  ]) {
    const span = { spanContext: () => ({ traceId, spanId, traceFlags }) };
    assert.equal(traceparentOf(span), `00-${traceId}-${spanId}-${digits}`);
  }
});
