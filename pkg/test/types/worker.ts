// Code of a shop behind the Worker, without the DOM's types and without Node's. Compiled, never run.
import {
  type Address,
  type CallbackPage,
  type CheckoutLink,
  CitrnError,
  CitrnRateLimitError,
  CitrnWorker,
  type CitrnWorkerOptions,
  type Credit,
  type InboxEvent,
  type Payment,
  type WebhookEvent,
  type WorkerErrorCode,
} from "citrn/worker";

/** Whether two types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(yes: Same<A, B>): void {
  void yes;
}

declare const environment: { CITRN_WORKER_TOKEN: string; CITRN_WORKER_URL: string };

export async function usage(): Promise<void> {
  const options: CitrnWorkerOptions = { url: environment.CITRN_WORKER_URL, token: environment.CITRN_WORKER_TOKEN };
  const worker = new CitrnWorker({ ...options, timeoutMs: 5000, maxRetries: undefined });
  const parameters = { foreign_id: "user-17", coin_name: "USDTT", return_url: "https://shop.example/thanks" };
  const payment = await worker.payments.create(parameters, { idempotencyKey: "order-1001", timeoutMs: 5000 });
  same<typeof payment, Payment>(true);
  same<typeof payment.session_id, string | null>(true);
  const address = await worker.addresses.take({ foreign_id: "user-17", currency: "USDTT", convert_to: null });
  same<typeof address, Address>(true);
  const link = await worker.checkoutLinks.create({ foreign_id: "u", return_url: "https://a.example", mode: "both" });
  same<typeof link, CheckoutLink>(true);
  // @ts-expect-error: not one of the modes
  await worker.checkoutLinks.create({ foreign_id: "u", return_url: "https://a.example", mode: "cash" });
  // @ts-expect-error: a creation needs its parameters
  await worker.payments.create();
  // @ts-expect-error: a read takes no key
  await worker.rates.list({ idempotencyKey: "a" });
  const { data, stale } = await worker.currencies.list({ maxRetries: 0 });
  same<typeof stale, boolean>(true);
  for (const { currency } of data) same<typeof currency, unknown>(true);

  for await (const event of worker.callbacks.list({ state: "parked", limit: 100 })) {
    same<typeof event, InboxEvent>(true);
    const { queued } = await worker.callbacks.redeliver(event.id);
    const { erased } = await worker.callbacks.erase(event.id);
    same<typeof queued | typeof erased, number>(true);
  }
  for await (const page of worker.callbacks.list().pages()) same<typeof page, CallbackPage>(true);
}

export function events(event: WebhookEvent): void {
  same<typeof event.data.credit, Credit | null>(true);
  if (event.type === "callback.conflict") same<typeof event.data.credit, null>(true);
  if (event.data.credit) event.data.credit.amount satisfies string;
}

export function errors(error: unknown): void {
  if (!(error instanceof CitrnError)) return;
  same<typeof error.requestId, string | undefined>(true);
  same<typeof error.idempotencyKey, string | undefined>(true);
  const code: WorkerErrorCode = "storage_unavailable";
  if (error.code === code && error.retryable) error.executed satisfies "no" | "unknown";
  if (error instanceof CitrnRateLimitError) error.retryAfter satisfies number | undefined;
}
