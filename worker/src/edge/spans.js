// Custom spans of the platform, where it has them and records the request. An attribute is never text of a caller.
import * as workers from "cloudflare:workers";

/** Returns the span that is active now, if it is recorded. An older runtime has no spans. */
const recorded = () => {
  const span = workers.tracing?.getActiveSpan?.();
  return span?.isTraced ? span : undefined;
};

/** Returns the id of the platform's trace, or an empty text. */
export const traceId = () => recorded()?.spanContext?.().traceId ?? "";

/** Returns the header `traceparent` (W3C Trace Context) of a span. */
export function traceparentOf(span) {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`;
}

/** Does work in a span, which it receives: `undefined` where nothing is recorded. */
export function inSpan(name, attributes, work) {
  if (!recorded()) return work();
  return workers.tracing.enterSpan(name, (span) => {
    for (const [attribute, value] of Object.entries(attributes)) span.setAttribute(attribute, value);
    return work(span);
  });
}
