// Typical code of a consumer. Compiled without DOM and Node types, never run.
import {
  type CallbackCredit,
  type CallbackReview,
  type CallOptions,
  type CreationCallOptions,
  Citrn,
  CitrnError,
  type CitrnErrorCode,
  CitrnRateLimitError,
  CitrnTimeoutError,
  type CitrnOptions,
  type CurrencyCode,
  type Payment,
  type PaymentsCreateParameters,
  type Reply,
  type VerifiedCallback,
} from "citrn";

/** `true` if two types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(yes: Same<A, B>): void {
  void yes;
}

declare const environment: { CITRN_API_KEY?: string; CITRN_SECRET: string | undefined };

export async function usage(): Promise<void> {
  const citrn = new Citrn({ apiKey: environment.CITRN_API_KEY, secret: environment.CITRN_SECRET });
  const parameters: PaymentsCreateParameters = {
    foreign_id: "user-17",
    coin_name: "USDTT",
    return_url: "https://shop.example/thanks",
  };
  const payment = await citrn.payments.create(parameters, { timeoutMs: 5000, maxRetries: 1 });
  same<typeof payment, Reply<Payment>>(true);
  same<typeof payment.redirect_url, string>(true);
  same<typeof payment.session_id, string | null>(true);
  same<typeof payment.httpStatus, number>(true);
  same<typeof payment.raw, string>(true);

  const { message } = await citrn.ping();
  message satisfies string;
  const { data: currencies } = await citrn.currencies.list({ type: "crypto" });
  for (const { currency, precision, minimum_amount } of currencies) {
    currency satisfies string;
    same<typeof precision, number | null>(true);
    same<typeof minimum_amount, string | null>(true);
  }
  const { data: rates } = await citrn.rates.list({ timeoutMs: 1000 });
  same<typeof rates, unknown>(true);
  await citrn.accounts.list({ maxRetries: 0 });
  await citrn.balances.list();
  await citrn.balances.list({ date: "2026-01-31", currencies: ["BTC", "some-new-coin"] });
  await citrn.balances.list({ currencies: { array: ["BTC"] as const } });
  const { data } = await citrn.request("/v2/new", { any: ["thing"] });
  same<typeof data, unknown>(true);
  const detached = citrn.ping;
  await detached();

  // Open unions: known values are suggested, unknown ones pass.
  const coin: CurrencyCode = "DOGE";
  await citrn.addresses.take({ foreign_id: "u", currency: coin, convert_to: undefined });
  const code: CitrnErrorCode = "code_of_tomorrow";
  void code;

  // @ts-expect-error: a required parameter is missing
  await citrn.payments.create({ foreign_id: "u", coin_name: "BTC" });
  // @ts-expect-error: a misspelt parameter
  await citrn.addresses.take({ foreign_id: "u", currency: "BTC", convertTo: "EUR" });
  // @ts-expect-error: amounts are text
  await citrn.withdrawals.create({ address: "a", foreign_id: "f", amount: 25, currency: "USDTT" });
  // @ts-expect-error: a call that only reads has no extra fields
  await citrn.accounts.list({ extra: { a: 1 } });
  // @ts-expect-error: a request by path has them in its body
  await citrn.request("/v2/new", {}, { extra: { a: 1 } });
  // @ts-expect-error: a misspelt option
  await citrn.ping({ timeout: 5 });
  // @ts-expect-error: a misspelt setting
  new Citrn({ apikey: "k" });
  // @ts-expect-error: replies are read-only
  payment.redirect_url = "https://elsewhere.example";
  // @ts-expect-error: a signer returns text
  new Citrn({ signer: () => 5 });
  // @ts-expect-error: half a base URL
  new Citrn({ baseUrl: { io: "https://a.example" } });
  // @ts-expect-error: parsed JSON is not a raw body
  citrn.callbacks.verify({ id: 1 }, {});

  // As typical settings modules do.
  const settings: CitrnOptions = {
    signer: async (bytes) => `${bytes.length}`,
    callbackSecrets: ["a", "b"],
    baseUrl: "http://127.0.0.1:8788/api",
  };
  const options: CallOptions = {};
  const creation: CreationCallOptions = { ...options, extra: { end_user_reference: "u", sender_data: { age: 36 } } };
  await citrn.addresses.take({ foreign_id: "u", currency: coin }, creation);
  await new Citrn(settings).ping(options);
  const answer = {
    status: 200,
    headers: { get: (name: string) => (name === "a" ? "b" : null) },
    arrayBuffer: async () => new ArrayBuffer(0),
  };
  new Citrn({ fetch: async (url, init) => (url.startsWith("https") && init.method === "POST" ? answer : answer) });
}

export function errors(error: unknown): string | undefined {
  if (error instanceof CitrnRateLimitError) return `${error.retryAfter ?? 1} s`;
  if (error instanceof CitrnTimeoutError) return error.foreign_id;
  if (error instanceof CitrnError) {
    same<typeof error.executed, "no" | "unknown">(true);
    same<typeof error.retryable, boolean>(true);
    same<typeof error.field, string | undefined>(true);
    same<typeof error.httpStatus, number | undefined>(true);
    switch (error.code) {
      case "coin_not_found":
      case "timeout":
        return error.code;
      default:
        return error.toJSON().message;
    }
  }
  return undefined;
}

export function callbacks(citrn: Citrn, body: string | Uint8Array): string | undefined {
  const callback: VerifiedCallback = citrn.callbacks.verify(body, {
    "x-process-signature": "ab",
    other: undefined,
    list: ["a"],
  });
  same<typeof callback.credit, CallbackCredit | null>(true);
  same<typeof callback.needsReview, CallbackReview | null>(true);
  if (callback.needsReview === "amount_unreadable") return undefined;
  if (callback.status === "confirmed" && callback.type === "deposit") return callback.credit?.amount;
  const { "X-Process-Signature": signature } = citrn.callbacks.sign(body);
  return (
    signature ??
    callback.crypto_address?.foreign_id ??
    callback.customerId ??
    callback.transactions?.[0]?.txid ??
    undefined
  );
}
