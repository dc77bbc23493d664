import { callerOf } from "../stack.js";
import { publicMethod, rethrowAt } from "./caller.js";
import { CALL_OPTIONS, CREATION_OPTIONS, readOptions, readSettings, type Settings } from "./configuration.js";
import type { Address, CheckoutLink, Currencies, Erasure, Payment, Rates, Redelivery } from "./contract.js";
import type * as methods from "./methods.js";
import type { CitrnWorkerOptions, CreationOptions, WorkerCallOptions } from "./options.js";
import { callbackList } from "./pages.js";
import { readBody, readId } from "./parameters.js";
import { type Fields, readFields } from "./reply.js";
import { send } from "./request.js";

/** Largest reply in bytes, for a list of the gateway and for anything else. */
const MAX_LIST_BYTES = 8 * 2 ** 20;
const MAX_REPLY_BYTES = 2 ** 20;

const PAYMENT: Fields<Payment> = { session_id: "text or null", redirect_url: "text" };
const ADDRESS: Fields<Address> = { address: "text", memo: "text or null", currency: "text", foreign_id: "text" };
const LINK: Fields<CheckoutLink> = { url: "text", expires_at: "text" };
const CURRENCIES: Fields<Currencies> = { as_of: "text", data: "a list", stale: "true or false" };
const RATES: Fields<Rates> = { as_of: "text", data: "any", stale: "true or false" };

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

    const create = <Parameters, T extends object>(path: string, fields: Fields<T>) =>
      publicMethod(async (parameters: Parameters, options?: CreationOptions): Promise<T> => {
        const checked = readOptions(options, CREATION_OPTIONS);
        const body = readBody(parameters);
        const read = (reply: unknown) => readFields(reply, fields);
        return send({ method: "POST", path, body, maxReplyBytes: MAX_REPLY_BYTES, read }, settings, checked);
      });
    const list = <T extends object>(path: string, fields: Fields<T>) =>
      publicMethod(async (options?: WorkerCallOptions): Promise<T> => {
        const checked = readOptions(options, CALL_OPTIONS);
        const read = (reply: unknown) => readFields(reply, fields);
        return send({ method: "GET", path, maxReplyBytes: MAX_LIST_BYTES, read }, settings, checked);
      });
    const change = <T extends object>(method: "POST" | "DELETE", suffix: string, fields: Fields<T>) =>
      publicMethod(async (id: string, options?: WorkerCallOptions): Promise<T> => {
        const checked = readOptions(options, CALL_OPTIONS);
        const path = `/v1/callbacks/${readId(id)}${suffix}`;
        const read = (reply: unknown) => readFields(reply, fields);
        return send({ method, path, maxReplyBytes: MAX_REPLY_BYTES, read }, settings, checked);
      });

    this.payments = { create: create("/v1/payments", PAYMENT) };
    this.addresses = { take: create("/v1/addresses", ADDRESS) };
    this.checkoutLinks = { create: create("/v1/checkout-links", LINK) };
    this.currencies = { list: list("/v1/currencies", CURRENCIES) };
    this.rates = { list: list("/v1/rates", RATES) };
    this.callbacks = {
      list: listMethod(settings),
      redeliver: change<Redelivery>("POST", "/redeliver", { queued: "a number" }),
      erase: change<Erasure>("DELETE", "", { erased: "a number" }),
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

/** Returns `callbacks.list`: the stacks of its errors, and of those while it is iterated, begin at its caller. */
function listMethod(settings: Settings): methods.CallbackMethods["list"] {
  const list: methods.CallbackMethods["list"] = (parameters = {}, options) => {
    const caller = callerOf(list);
    try {
      const checked = readOptions(options, CALL_OPTIONS);
      return callbackList(parameters, (page) => send(page, settings, checked).catch(rethrowAt(caller)));
    } catch (error) {
      return rethrowAt(caller)(error);
    }
  };
  return list;
}
