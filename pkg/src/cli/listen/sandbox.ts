// The callbacks of a sandbox, as the deliveries that a Worker would make of them.
import { randomBytes } from "node:crypto";
import { Citrn } from "../../index.js";
import type { CallbackView } from "../../sandbox/types.js";
import { Exit, Problem } from "../exit.js";
import { Deliveries } from "../trigger/delivery.js";
import { labelOf, type ListedEvent, type Source } from "./event.js";

/** Returns the events of the sandbox at an origin. It has no cursors: the source remembers what it yielded. */
export function sandboxSource(origin: string): Source {
  // Only reads callbacks, so any secret will do.
  const citrn = new Citrn({ secret: randomBytes(32).toString("hex") });
  const transactions = new Map<string, Deliveries>();
  const seen = new Set<string>();

  const unseen = async (signal: AbortSignal) => {
    const sent = (await listOf(origin, signal)).filter(
      ({ attempts, state }) => attempts.length > 0 || state === "not_sent",
    );
    return sent.filter((callback) => {
      const key = `${callback.id} ${callback.attempts.filter(({ manual }) => manual).length}`;
      return !seen.has(key) && seen.add(key);
    });
  };
  const listed = async ({ transaction_id, status, body }: CallbackView): Promise<ListedEvent> => {
    const deliveries = transactions.get(transaction_id) ?? new Deliveries(citrn);
    transactions.set(transaction_id, deliveries);
    const { id, body: delivery } = await deliveries.of(body);
    const { type } = JSON.parse(body) as { type?: unknown };
    const label = labelOf(typeof type === "string" ? type : "callback", status);
    return { id, transaction: transaction_id, label, body: delivery, next: "" };
  };
  return {
    name: origin,
    async end(signal) {
      for (const callback of await unseen(signal)) await listed(callback);
      return "";
    },
    async *read(_after, signal) {
      for (const callback of await unseen(signal)) yield await listed(callback);
    },
    find: async () => [],
  };
}

async function listOf(origin: string, signal: AbortSignal): Promise<CallbackView[]> {
  let response: Response;
  try {
    response = await fetch(`${origin}/_sandbox/callbacks`, { signal });
  } catch {
    throw new Problem(Exit.unreachable, `No sandbox answers at ${origin}: start one with citrn sandbox.`);
  }
  if (!response.ok) throw new Problem(Exit.gateway, `The sandbox answered HTTP ${response.status}.`);
  return ((await response.json()) as { data: CallbackView[] }).data;
}
