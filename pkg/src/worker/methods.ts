// The methods of the Worker's client.
import type {
  Address,
  AddressesTakeParameters,
  CallbackPage,
  CallbacksEraseParameters,
  CallbacksListParameters,
  CallbacksRedeliverParameters,
  CallbacksRedelivery,
  CheckoutLink,
  CheckoutLinksCreateParameters,
  Currencies,
  Deposit,
  DepositPage,
  DepositsListParameters,
  Erasure,
  InboxEvent,
  Payment,
  PaymentsCreateParameters,
  Rates,
  Redelivery,
} from "./contract.js";
import type { CreationOptions, WorkerCallOptions } from "./options.js";

/** The methods under `worker.payments`. */
export interface PaymentMethods {
  /**
   * Creates a redirect payment: send the payer to its `redirect_url`.
   *
   * `POST /v1/payments`. Calls with the same `idempotencyKey` create one payment. By default each call gets a new key,
   * which its retries share.
   *
   * @example
   * const payment = await worker.payments.create(
   *   { foreign_id: "user-17", coin_name: "USDTT", return_url: "https://shop.example/thanks" },
   *   { idempotencyKey: "order-1001" },
   * );
   * payment.redirect_url;
   */
  create(parameters: PaymentsCreateParameters, options?: CreationOptions): Promise<Payment>;
}

/** The methods under `worker.addresses`. */
export interface AddressMethods {
  /**
   * Takes a deposit address. The same customer and currency give the same address.
   *
   * `POST /v1/addresses`, with an `idempotencyKey` as `payments.create`. Show `memo` to the payer if it is not null: a
   * deposit without it is lost.
   *
   * @example
   * const { address, memo } = await worker.addresses.take({ foreign_id: "user-17", currency: "USDTT" });
   */
  take(parameters: AddressesTakeParameters, options?: CreationOptions): Promise<Address>;
}

/** The methods under `worker.checkoutLinks`. */
export interface CheckoutLinkMethods {
  /**
   * Creates a link to a page where the payer chooses the coin.
   *
   * `POST /v1/checkout-links`, with an `idempotencyKey` as `payments.create`.
   *
   * @example
   * const link = await worker.checkoutLinks.create({
   *   foreign_id: "user-17",
   *   return_url: "https://shop.example/thanks",
   *   coins: ["USDTT", "BTC"],
   * });
   * link.url;
   */
  create(parameters: CheckoutLinksCreateParameters, options?: CreationOptions): Promise<CheckoutLink>;
}

/** The methods under `worker.currencies`. */
export interface CurrencyMethods {
  /**
   * Lists the currencies. The Worker caches them: `as_of` is when they were
   * requested, and `stale` is true while the gateway is down.
   *
   * `GET /v1/currencies`.
   *
   * @example
   * const { data } = await worker.currencies.list();
   * for (const currency of data) console.log(currency);
   */
  list(options?: WorkerCallOptions): Promise<Currencies>;
}

/** The methods under `worker.rates`. */
export interface RateMethods {
  /**
   * Lists the exchange rates. The Worker caches them: `as_of` is when they were
   * requested, and `stale` is true while the gateway is down.
   *
   * `GET /v1/rates`.
   *
   * @example
   * const { data, as_of } = await worker.rates.list();
   */
  list(options?: WorkerCallOptions): Promise<Rates>;
}

/** An entry of a stream. */
export type Streamed<Entry> = Entry & {
  /** The cursor after this entry: `after` of a list that continues behind it. */
  readonly next: string;
};

/** A list, oldest first. Its first page is requested when the iteration starts. */
export interface EntryList<Entry, Page> extends AsyncIterable<Entry> {
  /**
   * Iterates over pages instead of entries, for example to store `next` and continue from there later.
   *
   * @example
   * for await (const { data, next } of worker.callbacks.list({ after }).pages()) {
   *   console.log(data.length, "events; continue after", next);
   * }
   */
  pages(): AsyncIterable<Page>;
  /**
   * Iterates over a stream instead of pages: faster for long lists, such as an export. A stream that breaks is resumed
   * after its last entry; `timeoutMs` and `maxRetries` apply to each part of it.
   *
   * @example
   * for await (const event of worker.callbacks.list({ foreign_id: "user-17" }).stream()) console.log(event.callback);
   */
  stream(): AsyncIterable<Streamed<Entry>>;
}

/** Events of the inbox. */
export type CallbackList = EntryList<InboxEvent, CallbackPage>;

/** Deposits of a customer, or to an address. */
export type DepositList = EntryList<Deposit, DepositPage>;

/** The methods under `worker.deposits`. */
export interface DepositMethods {
  /**
   * Lists the deposits of a customer, or to an address, by the time when they were seen first.
   *
   * `GET /v1/deposits`. Deposits older than the Worker's INBOX_RETENTION_DAYS are missing.
   *
   * @example
   * for await (const deposit of worker.deposits.list({ foreign_id: "user-17" })) {
   *   console.log(deposit.state, deposit.amount_after_fees, deposit.currency);
   * }
   */
  list(parameters: DepositsListParameters, options?: WorkerCallOptions): DepositList;
}

/** The methods under `worker.callbacks`. */
export interface CallbackMethods {
  /**
   * Lists the events of the Worker's inbox over all pages, oldest first. The options apply to each page.
   *
   * `GET /v1/callbacks`. A page takes at most 360 KiB for each of its `limit` events.
   *
   * @example
   * for await (const event of worker.callbacks.list({ state: "parked" })) console.log(event.id, event.status);
   */
  list(parameters?: CallbacksListParameters, options?: WorkerCallOptions): CallbackList;
  /**
   * Delivers an event again, or all events of a transaction.
   *
   * `POST /v1/callbacks/{id}/redeliver`. If a retry follows a lost answer, an event may be delivered twice, which your
   * handler must expect anyway.
   *
   * @param id of an event, or of a transaction
   * @example
   * const { queued } = await worker.callbacks.redeliver(event.id);
   */
  redeliver(id: string, options?: WorkerCallOptions): Promise<Redelivery>;
  /**
   * Delivers the events of a filter again, at most 1,000: `has_more` and `next` lead to the others.
   *
   * `POST /v1/callbacks/redeliver`. Events that are still to be delivered are not queued twice. If a retry follows a lost
   * answer, an event may be delivered twice, as with an id.
   *
   * @example
   * let { has_more, next } = await worker.callbacks.redeliver({ state: "parked" });
   * while (has_more) ({ has_more, next } = await worker.callbacks.redeliver({ state: "parked", after: next }));
   */
  redeliver(filter: CallbacksRedeliverParameters, options?: WorkerCallOptions): Promise<CallbacksRedelivery>;
  /**
   * Erases the body of an event, or of all events of a transaction, with the payer's data. Ids and statuses stay, so
   * that a repeated callback is recognised.
   *
   * `DELETE /v1/callbacks/{id}`. `erased` is the number of bodies that were still stored.
   *
   * @param id of an event, or of a transaction
   * @example
   * const { erased } = await worker.callbacks.erase(event.id);
   */
  erase(id: string, options?: WorkerCallOptions): Promise<Erasure>;
  /**
   * Erases a customer: the bodies of all transactions that have an event with the `foreign_id`.
   *
   * `DELETE /v1/callbacks?foreign_id=`.
   *
   * @example
   * await worker.callbacks.erase({ foreign_id: "user-17" });
   */
  erase(customer: CallbacksEraseParameters, options?: WorkerCallOptions): Promise<Erasure>;
}
