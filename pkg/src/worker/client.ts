import { callerOf } from "../stack.js";
import { publicMethod, rethrowAt } from "./caller.js";
import { CALL_OPTIONS, CREATION_OPTIONS, readOptions, readSettings, type Settings } from "./configuration.js";
import type {
  Address,
  CallbackPage,
  CallbacksRedelivery,
  CheckoutLink,
  Currencies,
  Deposit,
  DepositPage,
  Erasure,
  InboxEvent,
  Payment,
  Rates,
  Redelivery,
} from "./contract.js";
import type * as methods from "./methods.js";
import type { CitrnWorkerOptions, CreationOptions, WorkerCallOptions } from "./options.js";
import { DEPOSIT, EVENT, entryList, type Page } from "./pages.js";
import { readBody, readId, readQuery } from "./parameters.js";
import { type Fields, readFields } from "./reply.js";
import { type Operation, send } from "./request.js";

/** Largest reply in bytes, for a list of the gateway and for anything else. */
const MAX_LIST_BYTES = 8 * 2 ** 20;
const MAX_REPLY_BYTES = 2 ** 20;

/** The path of the events. */
const CALLBACKS = "/v1/callbacks";

const PAYMENT: Fields<Payment> = { session_id: "text or null", redirect_url: "text" };
const ADDRESS: Fields<Address> = { address: "text", memo: "text or null", currency: "text", foreign_id: "text" };
const LINK: Fields<CheckoutLink> = { url: "text", expires_at: "text" };
const CURRENCIES: Fields<Currencies> = { as_of: "text", data: "a list", stale: "true or false" };
const RATES: Fields<Rates> = { as_of: "text", data: "any", stale: "true or false" };
const REDELIVERY: Fields<Redelivery> = { queued: "a number" };
const CALLBACKS_REDELIVERY: Fields<CallbacksRedelivery> = {
  ...REDELIVERY,
  already_queued: "a number",
  without_body: "a number",
  has_more: "true or false",
  next: "text",
};
const ERASURE: Fields<Erasure> = { erased: "a number" };

/**
 * A client of your citrn Worker.
 *
 * It holds no connection and nothing that must be freed, so one for a process or one for a request are both right.
 * Methods reject with the error classes of `citrn`, such as {@link CitrnRefusalError}. The Worker logs the call under
 * the error's `requestId`.
 *
 * @example
 * const worker = new CitrnWorker({ url: "https://pay.example.com", token });
 * const return_url = "https://shop.example/thanks";
 * const payment = await worker.payments.create({ foreign_id: "user-17", coin_name: "USDTT", return_url });
 * payment.redirect_url; // send the payer there
 */
export class CitrnWorker {
  /** Payments on the gateway's page. */
  readonly payments: methods.PaymentMethods;
  /** Deposit addresses. */
  readonly addresses: methods.AddressMethods;
  /** Links to the Worker's own page, where the payer chooses the coin. */
  readonly checkoutLinks: methods.CheckoutLinkMethods;
  /** The gateway's currencies. */
  readonly currencies: methods.CurrencyMethods;
  /** The gateway's exchange rates. */
  readonly rates: methods.RateMethods;
  /** The deposits that the inbox knows of. */
  readonly deposits: methods.DepositMethods;
  /** The Worker's inbox of callbacks. */
  readonly callbacks: methods.CallbackMethods;

  static {
    // Names of classes do not survive minification.
    Object.defineProperty(CitrnWorker, "name", { value: "CitrnWorker", configurable: true });
  }

  /**
   * @throws {CitrnConfigurationError} when a setting is invalid; `field` names it
   */
  constructor(options: CitrnWorkerOptions) {
    // Kept in closures, so that logging the client does not show the token.
    const settings = settingsOf(options);

    const call = <T extends object>(
      operation: Omit<Operation<T>, "maxReplyBytes" | "read">,
      fields: Fields<T>,
      options: CreationOptions,
      maxReplyBytes = MAX_REPLY_BYTES,
    ) => send({ ...operation, maxReplyBytes, read: (reply) => readFields(reply, fields) }, settings, options);
    const create = <Parameters, T extends object>(endpoint: string, path: string, fields: Fields<T>) =>
      publicMethod(async (parameters: Parameters, options?: CreationOptions): Promise<T> => {
        const checked = readOptions(options, CREATION_OPTIONS);
        const body = readBody(parameters);
        return call({ endpoint, method: "POST", path, body, isCreation: true }, fields, checked);
      });
    const list = <T extends object>(endpoint: string, path: string, fields: Fields<T>) =>
      publicMethod(async (options?: WorkerCallOptions): Promise<T> => {
        const checked = readOptions(options, CALL_OPTIONS);
        return call({ endpoint, method: "GET", path }, fields, checked, MAX_LIST_BYTES);
      });
    const redeliver = async (
      selected: unknown,
      options?: WorkerCallOptions,
    ): Promise<Redelivery | CallbacksRedelivery> => {
      const checked = readOptions(options, CALL_OPTIONS);
      const operation = { endpoint: "callbacks.redeliver", method: "POST" } as const;
      if (!isFilter(selected)) {
        return call({ ...operation, path: `${CALLBACKS}/${readId(selected)}/redeliver` }, REDELIVERY, checked);
      }
      const body = readBody(selected);
      return call({ ...operation, path: `${CALLBACKS}/redeliver`, body }, CALLBACKS_REDELIVERY, checked);
    };
    const erase = async (selected: unknown, options?: WorkerCallOptions): Promise<Erasure> => {
      const checked = readOptions(options, CALL_OPTIONS);
      const target = isFilter(selected) ? readQuery(selected) : `/${readId(selected)}`;
      return call({ endpoint: "callbacks.erase", method: "DELETE", path: CALLBACKS + target }, ERASURE, checked);
    };

    this.payments = { create: create("payments.create", "/v1/payments", PAYMENT) };
    this.addresses = { take: create("addresses.take", "/v1/addresses", ADDRESS) };
    this.checkoutLinks = { create: create("checkoutLinks.create", "/v1/checkout-links", LINK) };
    this.currencies = { list: list("currencies.list", "/v1/currencies", CURRENCIES) };
    this.rates = { list: list("rates.list", "/v1/rates", RATES) };
    this.deposits = { list: listMethod<Deposit, DepositPage>("deposits.list", settings, "/v1/deposits", DEPOSIT) };
    this.callbacks = {
      list: listMethod<InboxEvent, CallbackPage>("callbacks.list", settings, CALLBACKS, EVENT),
      redeliver: publicMethod(redeliver) as methods.CallbackMethods["redeliver"],
      erase: publicMethod(erase),
    };
  }
}

function settingsOf(options: CitrnWorkerOptions): Settings {
  try {
    return readSettings(options);
  } catch (error) {
    return rethrowAt(callerOf(CitrnWorker))(error);
  }
}

/** Whether a filter selects events, instead of the id of one event or transaction. */
const isFilter = (selected: unknown): selected is object => typeof selected === "object" && selected !== null;

/** Returns a method that lists: the stacks of its errors, and of those while it is iterated, begin at its caller. */
function listMethod<Entry extends object, P extends Page<Entry>>(
  endpoint: string,
  settings: Settings,
  path: string,
  fields: Fields<object>,
) {
  const list = (parameters: object = {}, options?: WorkerCallOptions): methods.EntryList<Entry, P> => {
    const caller = callerOf(list);
    try {
      const checked = readOptions(options, CALL_OPTIONS);
      return entryList(path, fields, parameters, settings, (page, transport = settings.transport) =>
        send({ ...page, endpoint }, { ...settings, transport }, checked).catch(rethrowAt(caller)),
      );
    } catch (error) {
      return rethrowAt(caller)(error);
    }
  };
  return list;
}
