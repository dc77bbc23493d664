// Made by ../generate.mjs of api.json, the table that the Rust core writes. Do not edit.
import type { CallOptions } from "./options.js";
import type { Reply } from "./reply.js";

/**
 * Currency code, upper case. A token's network is fused into it: `USDTT` is USDT on Tron, `USDTE` USDT on Ethereum.
 * Open: `currencies.list()` tells what your account knows.
 */
export type CurrencyCode = "BTC" | "ETH" | "USDTT" | "USDTE" | "TON" | "EUR" | (string & {});

/**
 * The reasons that the gateway gives. When it gives one, nothing was executed and everything tied to the call was rolled back;
 * only after `duplication_request` an earlier call with the same id may have been carried out.
 *
 * - `coin_not_found`: there is no such coin
 * - `network_not_found`: the coin's network is unknown
 * - `address_not_found`: the wallet address is missing or not usable
 * - `invalid_address`: the wallet address is malformed
 * - `resource_not_found`: what was asked for does not exist
 * - `coin_not_supported`: the coin exists but is not supported on this platform
 * - `balance_not_enough`: the balance does not cover it
 * - `network_not_available`: the coin's network is down for now
 * - `withdraw_disabled`: withdrawals are switched off
 * - `duplication_request`: the same request was made before
 * - `amount_too_low`: the amount is below the minimum
 * - `invalid_amount`: the amount is not usable
 * - `withdrawal_virtual_coin`: a test coin cannot be withdrawn
 * - `withdrawal_base_coin_mismatch`: the coin and the base coin do not fit together
 * - `commission_not_found`: no fee is set up for it
 * - `create_quota_error`: the quote could not be stored
 * - `process_exchange_quota_error`: the quote could not be carried out
 * - `payment_not_found`: there is no such payment
 * - `payment_expired`: the payment's time is over
 */
export type GatewayErrorCode =
  | "coin_not_found"
  | "network_not_found"
  | "address_not_found"
  | "invalid_address"
  | "resource_not_found"
  | "coin_not_supported"
  | "balance_not_enough"
  | "network_not_available"
  | "withdraw_disabled"
  | "duplication_request"
  | "amount_too_low"
  | "invalid_amount"
  | "withdrawal_virtual_coin"
  | "withdrawal_base_coin_mismatch"
  | "commission_not_found"
  | "create_quota_error"
  | "process_exchange_quota_error"
  | "payment_not_found"
  | "payment_expired";

/** A list. */
export interface List<T> {
  /** The entries. */
  readonly data: readonly T[];
}

/** The gateway answers. */
export interface Pong {
  /** `OK` */
  readonly message: "OK" | (string & {});
}

/** The balance of one currency. */
export interface Balance {
  /** Currency code. */
  readonly currency: CurrencyCode;
  /** What the balance is. Decimal text. */
  readonly balance: string;
  /** `crypto` or `fiat`. */
  readonly type: "crypto" | "fiat" | (string & {}) | null;
}

/** A deposit address. */
export interface Address {
  /** The address to show to the payer. */
  readonly address: string;
  /** The gateway's id of the address. */
  readonly id: string | null;
  /** Currency code. */
  readonly currency: CurrencyCode | null;
  /** Destination tag: where there is one, the payer must send it along, or the money is lost. */
  readonly memo: string | null;
  /** The merchant's id of the customer. */
  readonly foreign_id: string | null;
  /** Currency into which a deposit is exchanged. */
  readonly convert_to: CurrencyCode | null;
}

/** A withdrawal that the gateway took on. It is not final: the callback is. */
export interface Withdrawal {
  /** The gateway's id of the transaction. */
  readonly id: string | null;
  /** The merchant's id of this withdrawal. */
  readonly foreign_id: string | null;
  /** `withdrawal` or `withdrawal_exchange`. */
  readonly type: "withdrawal" | "withdrawal_exchange" | (string & {}) | null;
  /** Such as `processing`. */
  readonly status: string | null;
  /** The amount asked for. Decimal text. */
  readonly amount: string | null;
  /** What is debited. Decimal text. */
  readonly sender_amount: string | null;
  /** Currency of what is debited. */
  readonly sender_currency: CurrencyCode | null;
  /** What the receiver gets. Decimal text. */
  readonly receiver_amount: string | null;
  /** Currency of what the receiver gets. */
  readonly receiver_currency: CurrencyCode | null;
}

/** A currency. */
export interface Currency {
  /** Currency code. */
  readonly currency: CurrencyCode;
  /** The gateway's id of the currency. */
  readonly id: string | null;
  /** `crypto` or `fiat`. */
  readonly type: "crypto" | "fiat" | (string & {}) | null;
  /** The smallest amount that is processed. Decimal text. */
  readonly minimum_amount: string | null;
  /** Fee on deposits, as a fraction: `0.010000` is 1 %. Decimal text. */
  readonly deposit_fee_percent: string | null;
  /** Fee on withdrawals, as a fraction. Decimal text. */
  readonly withdrawal_fee_percent: string | null;
  /** Decimals of an amount. */
  readonly precision: number | null;
}

/** The reply, or its `data` if it has that, with exponents written out. */
export interface Rates {
  /** The reply, or its `data` if it has that, with exponents written out. */
  readonly data: unknown;
}

/** One side of a pair. */
export interface PairCurrency {
  /** Currency code. */
  readonly currency: CurrencyCode;
  /** `crypto` or `fiat`. */
  readonly type: "crypto" | "fiat" | (string & {}) | null;
  /** The smallest amount that can be exchanged. Decimal text. */
  readonly min_amount: string | null;
  /** The smallest amount that can be deposited with exchange. Decimal text. */
  readonly min_amount_deposit_with_exchange: string | null;
}

/** A pair of currencies and its rate. */
export interface Pair {
  /** The currency that is given. */
  readonly currency_from: PairCurrency;
  /** The currency that is got. */
  readonly currency_to: PairCurrency;
  /** Units given, `1` in the siblings. Decimal text. */
  readonly rate_from: string | null;
  /** Units got for them. An estimate only. Decimal text. */
  readonly rate_to: string | null;
}

/** A quote, to be carried out once and soon. Its lifetime is not documented. */
export interface Quote {
  /** What `make-exchange` takes. */
  readonly quote_id: string;
  /** The currency that is given. */
  readonly from_coin: CurrencyCode | null;
  /** The currency that is got. */
  readonly to_coin: CurrencyCode | null;
  /** The amount that would be given. Decimal text. */
  readonly from_amount: string | null;
  /** The amount that would be got. Decimal text. */
  readonly to_amount: string | null;
  /** The rate. Decimal text. */
  readonly rate: string | null;
}

/** An exchange that the gateway took on. */
export interface Exchange {
  /** The gateway's id of the transaction. */
  readonly id: string | null;
  /** The quote that was carried out. */
  readonly quote_id: string | null;
  /** `exchange` */
  readonly type: "exchange" | (string & {}) | null;
  /** Such as `processing`. */
  readonly status: string | null;
  /** What is debited. Decimal text. */
  readonly sender_amount: string | null;
  /** Currency of what is debited. */
  readonly sender_currency: CurrencyCode | null;
  /** What is credited. Decimal text. */
  readonly receiver_amount: string | null;
  /** Currency of what is credited. */
  readonly receiver_currency: CurrencyCode | null;
  /** The fee. Decimal text. */
  readonly fee_amount: string | null;
  /** Currency of the fee. */
  readonly fee_currency: CurrencyCode | null;
  /** The rate. Decimal text. */
  readonly price: string | null;
}

/** A redirect payment. */
export interface Payment {
  /**
   * Where the payer pays: absolute https, or loopback if the base URL is. Read from `redirect_url`, `payment_url`, `url`
   * or `link`, in this order.
   */
  readonly redirect_url: string;
  /** The gateway's id of the session. Read from `session_id`, `session`, `payment_id`, `id` or `uuid`, in this order. */
  readonly session_id: string | null;
}

/** The address of a callback. */
export interface CryptoAddress {
  /** The gateway's id of the address. */
  readonly id: string | null;
  /** Currency code. */
  readonly currency: CurrencyCode | null;
  /** The address. */
  readonly address: string | null;
  /** Destination tag. */
  readonly memo: string | null;
  /** For a deposit: the merchant's id of the customer. */
  readonly foreign_id: string | null;
  /** The currency into which is exchanged. */
  readonly convert_to: CurrencyCode | null;
}

/** What was sent. */
export interface Sent {
  /** Currency code. */
  readonly currency: CurrencyCode;
  /** The amount. Decimal text. */
  readonly amount: string;
}

/** What was received. */
export interface Received {
  /** Currency code. */
  readonly currency: CurrencyCode;
  /** The amount before fees. Decimal text. */
  readonly amount: string;
  /** The amount after fees. Decimal text. */
  readonly amount_minus_fee: string | null;
}

/** A step of a transaction. */
export interface Transaction {
  /** The gateway's id of the step; in the older generation that of the transaction. */
  readonly id: string | null;
  /** Currency code. */
  readonly currency: CurrencyCode | null;
  /** `blockchain` or `exchange`. */
  readonly transaction_type: "blockchain" | "exchange" | (string & {}) | null;
  /** Such as `deposit`. */
  readonly type: string | null;
  /** The address. */
  readonly address: string | null;
  /** Destination tag. */
  readonly memo: string | null;
  /** The amount. Decimal text. */
  readonly amount: string | null;
  /** The blockchain's id of the transaction. */
  readonly txid: string | null;
  /** For compliance. */
  readonly riskscore: string | null;
  /** Confirmations so far; the siblings of this API write `confirmations`. */
  readonly confirmation: number | null;
  /** Addresses it came from. */
  readonly senders: readonly string[] | null;
  /** For an exchange: the currency got. */
  readonly currency_to: CurrencyCode | null;
  /** For an exchange: the amount got. Decimal text. */
  readonly amount_to: string | null;
}

/** A fee. */
export interface Fee {
  /** `mining`, `withdrawal`, `exchange`, `deposit` or `transfer`. */
  readonly type: "mining" | "withdrawal" | "exchange" | "deposit" | "transfer" | (string & {}) | null;
  /** Currency code. */
  readonly currency: CurrencyCode | null;
  /** The amount. Decimal text. */
  readonly amount: string | null;
}

/** The rate at which was exchanged. */
export interface ExchangeRate {
  /** Such as `BTCUSDT`; the network is not part of it. */
  readonly ticker: string | null;
  /** The rate. Decimal text. */
  readonly rate: string | null;
  /** The amount got, before it was rounded to the currency's decimals. Decimal text. */
  readonly exchanged_amount: string | null;
}

/** A callback's body, of either generation: integer ids with `tag` and `internal_id`, or UUIDs with `memo`. */
export interface Callback {
  /**
   * The transaction. Callbacks with the same `id` are about the same transaction. A payment request has no `id` of its
   * own; it reads as `payment_request_id:17`.
   */
  readonly id: string;
  /** Where it stands. Together with `id` it tells one event from another. */
  readonly status: "not_confirmed" | "confirmed" | "cancelled" | "declined" | "paid" | "failed" | "expired" | (string & {});
  /** What it is. */
  readonly type: "deposit" | "deposit_exchange" | "withdrawal" | "withdrawal_exchange" | (string & {}) | null;
  /** The merchant's id of a withdrawal. A deposit has the customer's id in `crypto_address`. */
  readonly foreign_id: string | null;
  /** The address: the customer's deposit address, or the receiver's of a withdrawal. */
  readonly crypto_address: CryptoAddress | null;
  /** What was sent; missing from a cancelled callback. */
  readonly currency_sent: Sent | null;
  /** What was received; missing from a cancelled callback. */
  readonly currency_received: Received | null;
  /** The steps on and off the blockchain. */
  readonly transactions: readonly Transaction[] | null;
  /** Fees; null in the documentation's newer example. */
  readonly fees: readonly Fee[] | null;
  /** Why it was cancelled. */
  readonly error: string | null;
  /** The exchange, where there was one. */
  readonly exchange: ExchangeRate | null;
  /** Only in the older generation. */
  readonly internal_id: string | null;
}

/** Parameters of `balances.list`, under the gateway's own names. */
export interface BalancesListParameters {
  /** The day in UTC, `YYYY-MM-DD`; today when left out. */
  date?: string | null | undefined;
  /**
   * Currency codes such as `USDT, ETH, BTC`; all when left out or empty. Text goes as it is; a list goes as one text
   * joined by commas. `{ array: [...] }` goes as a JSON array.
   */
  currencies?: string | readonly CurrencyCode[] | { readonly array: readonly CurrencyCode[] } | null | undefined;
}

/** Parameters of `addresses.take`, under the gateway's own names. */
export interface AddressesTakeParameters {
  /** The merchant's id of the customer, 1 to 255 visible characters, without white space around them. */
  foreign_id: string;
  /** Currency code with its network, such as `USDTT` (USDT on Tron). */
  currency: CurrencyCode;
  /** Currency into which a deposit is exchanged, such as `EUR`. */
  convert_to?: CurrencyCode | null | undefined;
}

/** Parameters of `withdrawals.create`, under the gateway's own names. */
export interface WithdrawalsCreateParameters {
  /** The receiver's address. */
  address: string;
  /**
   * The merchant's id of this withdrawal, 1 to 255 visible characters, without white space around them; never used
   * before.
   */
  foreign_id: string;
  /** The amount, as decimal text. */
  amount: string;
  /** Currency code. */
  currency: CurrencyCode;
  /**
   * The currency in which the payment is made, such as `EUR` or `USDTT`. Its direction is not documented clearly; it is
   * passed on literally.
   */
  convert_to?: CurrencyCode | null | undefined;
  /** Described as "Secret key" without more; leave it out unless Citron tells you what it is. Never the API secret. */
  key?: string | null | undefined;
  /** Destination tag; required for TON, where an empty text says that there is none. */
  memo?: string | null | undefined;
}

/** Parameters of `currencies.list`, under the gateway's own names. */
export interface CurrenciesListParameters {
  /** `crypto` or `fiat`; both when left out. */
  type?: "crypto" | "fiat" | (string & {}) | null | undefined;
}

/** Parameters of `currencies.pairs`, under the gateway's own names. */
export interface CurrenciesPairsParameters {
  /** Only pairs from this currency, such as `BTC`. */
  currency_from?: CurrencyCode | null | undefined;
  /** Only pairs to this currency, such as `EUR`. */
  currency_to?: CurrencyCode | null | undefined;
}

/** Parameters of `currencies.rates`, under the gateway's own names. */
export interface CurrenciesRatesParameters {
  /** Only pairs from this currency, such as `BTC`. */
  currency_from?: CurrencyCode | null | undefined;
  /** Only pairs to this currency, such as `EUR`. */
  currency_to?: CurrencyCode | null | undefined;
}

/** Parameters of `exchange.createQuota`, under the gateway's own names. */
export interface ExchangeCreateQuotaParameters {
  /** The currency that is given. */
  from_coin: CurrencyCode;
  /** The currency that is got. */
  to_coin: CurrencyCode;
  /** The amount, in units of `request_coin`, as decimal text. */
  request_amount: string;
  /** The side whose amount is fixed: equal to `from_coin` or to `to_coin`. */
  request_coin: CurrencyCode;
}

/** Parameters of `exchange.makeExchange`, under the gateway's own names. */
export interface ExchangeMakeExchangeParameters {
  /** The quote, as `create-quota` gave it. */
  quote_id: string;
}

/** Parameters of `payments.create`, under the gateway's own names. */
export interface PaymentsCreateParameters {
  /** The merchant's id of the user who pays, 1 to 255 visible characters, without white space around them. */
  foreign_id: string;
  /** Currency code, such as `USDTT` (USDT on Tron). */
  coin_name: CurrencyCode;
  /** Where the payer goes afterwards: an absolute http or https URL. */
  return_url: string;
}

/** The methods under `citrn.balances`. */
export interface BalancesMethods {
  /**
   * Lists the merchant's balances, today's or those of a past day as at 23:59 UTC.
   *
   * `POST https://app.citrn.io/api/balances`. Reads only, so it is repeated on network faults, 429 and 5xx, as
   * `maxRetries` says.
   *
   * Source: API Documentation / API Endpoints; the shape of an entry is a sibling's (accounts/list).
   *
   * @example
   * const { data } = await citrn.balances.list();
   * for (const balance of data) console.log(balance);
   */
  list(parameters?: BalancesListParameters, options?: CallOptions): Promise<Reply<List<Balance>>>;
}

/** The methods under `citrn.addresses`. */
export interface AddressesMethods {
  /**
   * Takes a deposit address for a customer. The same `foreign_id` and currency give the same address, for life.
   *
   * `POST https://app.citrn.io/api/addresses/take`. Gives the same result each time, so it is repeated on network
   * faults, 429 and 5xx, as `maxRetries` says.
   *
   * Refused with: `coin_not_found`, `network_not_found`, `coin_not_supported`, `network_not_available`.
   *
   * Source: API Documentation / API Endpoints; `convert_to` from Payment Flows; the reply's fields are a sibling's,
   * `memo` from Callback Examples.
   *
   * @example
   * const reply = await citrn.addresses.take({ foreign_id: "user-17", currency: "USDTT" });
   * reply.address;
   */
  take(parameters: AddressesTakeParameters, options?: CallOptions): Promise<Reply<Address>>;
}

/** The methods under `citrn.withdrawals`. */
export interface WithdrawalsMethods {
  /**
   * Pays out to an address. Moves money: it is sent at most once, and an unknown outcome must be reconciled by
   * `foreign_id`.
   *
   * `POST https://app.citrn.io/api/withdrawal/crypto`. Moves money, so it is sent at most once, whatever `maxRetries`
   * says. After an error with `executed: "unknown"` look for its callback.
   *
   * Refused with: `coin_not_found`, `network_not_found`, `address_not_found`, `invalid_address`, `balance_not_enough`,
   * `network_not_available`, `withdraw_disabled`, `duplication_request`, `amount_too_low`, `invalid_amount`,
   * `withdrawal_virtual_coin`, `withdrawal_base_coin_mismatch`, `commission_not_found`.
   *
   * Source: API Documentation / API Endpoints; Integration Guide / Withdrawals; the reply's fields are a sibling's.
   *
   * @example
   * const reply = await citrn.withdrawals.create({ address: "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", foreign_id: "payout-881", amount: "25", currency: "USDTT" });
   * reply.status;
   */
  create(parameters: WithdrawalsCreateParameters, options?: CallOptions): Promise<Reply<Withdrawal>>;
}

/** The methods under `citrn.currencies`. */
export interface CurrenciesMethods {
  /**
   * Lists the currencies that the gateway knows.
   *
   * `POST https://app.citrn.io/api/currencies/list`. Reads only, so it is repeated on network faults, 429 and 5xx, as
   * `maxRetries` says.
   *
   * Source: API Documentation / API Endpoints; the reply's fields are a sibling's.
   *
   * @example
   * const { data } = await citrn.currencies.list();
   * for (const currency of data) console.log(currency);
   */
  list(parameters?: CurrenciesListParameters, options?: CallOptions): Promise<Reply<List<Currency>>>;
  /**
   * Lists the pairs that can be exchanged, with the smallest amounts.
   *
   * `POST https://app.citrn.io/api/currencies/pairs`. Reads only, so it is repeated on network faults, 429 and 5xx, as
   * `maxRetries` says.
   *
   * Refused with: `coin_not_found`.
   *
   * Source: API Documentation / API Endpoints; Integration Guide / Exchanges; the reply's fields are a sibling's.
   *
   * @example
   * const { data } = await citrn.currencies.pairs();
   * for (const pair of data) console.log(pair);
   */
  pairs(parameters?: CurrenciesPairsParameters, options?: CallOptions): Promise<Reply<List<Pair>>>;
  /**
   * Lists the rates of pairs. The rates are estimates.
   *
   * `POST https://app.citrn.io/api/currencies/rates`. Reads only, so it is repeated on network faults, 429 and 5xx, as
   * `maxRetries` says.
   *
   * Refused with: `coin_not_found`.
   *
   * Source: API Documentation / API Endpoints; the reply's fields are a sibling's.
   *
   * @example
   * const { data } = await citrn.currencies.rates();
   * for (const pair of data) console.log(pair);
   */
  rates(parameters?: CurrenciesRatesParameters, options?: CallOptions): Promise<Reply<List<Pair>>>;
}

/** The methods under `citrn.rates`. */
export interface RatesMethods {
  /**
   * Lists exchange rates. Needs no key.
   *
   * `GET https://app.citrn.io/api/rates`, not signed. Reads only, so it is repeated on network faults, 429 and 5xx, as
   * `maxRetries` says.
   *
   * Source: API Documentation / API Endpoints; nothing is documented of the reply.
   *
   * @example
   * const reply = await citrn.rates.list();
   * reply.data;
   */
  list(options?: CallOptions): Promise<Reply<Rates>>;
}

/** The methods under `citrn.accounts`. */
export interface AccountsMethods {
  /**
   * Lists the merchant's accounts with their balances, zero balances included.
   *
   * `POST https://app.citrn.io/api/accounts/list`. Reads only, so it is repeated on network faults, 429 and 5xx, as
   * `maxRetries` says.
   *
   * Source: API Documentation / API Endpoints; the reply's fields are a sibling's.
   *
   * @example
   * const { data } = await citrn.accounts.list();
   * for (const balance of data) console.log(balance);
   */
  list(options?: CallOptions): Promise<Reply<List<Balance>>>;
}

/** The methods under `citrn.exchange`. */
export interface ExchangeMethods {
  /**
   * Asks for a quote to exchange one currency into another. No money moves; `make-exchange` carries it out.
   *
   * `POST https://app.citrn.com/api/exchange/create-quota`. Creates something that expires unused, so it is repeated
   * only if this very call sets `maxRetries`.
   *
   * Refused with: `coin_not_found`, `coin_not_supported`, `amount_too_low`, `invalid_amount`, `commission_not_found`,
   * `create_quota_error`.
   *
   * Source: API Documentation / API Endpoints; of the reply only `quote_id` is documented.
   *
   * @example
   * const reply = await citrn.exchange.createQuota({ from_coin: "BTC", to_coin: "USDTT", request_amount: "0.01", request_coin: "BTC" });
   * reply.quote_id;
   */
  createQuota(parameters: ExchangeCreateQuotaParameters, options?: CallOptions): Promise<Reply<Quote>>;
  /**
   * Carries out a quote. Moves money: it is sent at most once, and an unknown outcome must be reconciled by `quote_id`.
   *
   * `POST https://app.citrn.com/api/exchange/make-exchange`. Moves money, so it is sent at most once, whatever
   * `maxRetries` says. After an error with `executed: "unknown"` look for its callback.
   *
   * Refused with: `resource_not_found`, `balance_not_enough`, `duplication_request`, `process_exchange_quota_error`.
   *
   * Source: API Documentation / API Endpoints; the reply's fields are a sibling's.
   *
   * @example
   * const { quote_id } = await citrn.exchange.createQuota({ from_coin: "BTC", to_coin: "USDTT", request_amount: "0.01", request_coin: "BTC" });
   * const exchange = await citrn.exchange.makeExchange({ quote_id });
   * exchange.status;
   */
  makeExchange(parameters: ExchangeMakeExchangeParameters, options?: CallOptions): Promise<Reply<Exchange>>;
}

/** The methods under `citrn.payments`. */
export interface PaymentsMethods {
  /**
   * Creates a redirect payment: the payer goes to `redirect_url`, pays there, and comes back to `return_url`.
   *
   * `POST https://app.citrn.com/api/payments/create-payment`. Creates something that expires unused, so it is repeated
   * only if this very call sets `maxRetries`.
   *
   * Refused with: `coin_not_found`, `coin_not_supported`.
   *
   * Source: API Documentation / API Endpoints, which names a session id and a redirect URL in words; their JSON names
   * are not documented.
   *
   * @example
   * const reply = await citrn.payments.create({ foreign_id: "user-17", coin_name: "USDTT", return_url: "https://shop.example/thanks" });
   * reply.redirect_url;
   */
  create(parameters: PaymentsCreateParameters, options?: CallOptions): Promise<Reply<Payment>>;
}

/** What each method takes and gives. */
export interface Endpoints {
  "ping": { parameters: undefined; reply: Pong };
  "balances.list": { parameters: BalancesListParameters | undefined; reply: List<Balance> };
  "addresses.take": { parameters: AddressesTakeParameters; reply: Address };
  "withdrawals.create": { parameters: WithdrawalsCreateParameters; reply: Withdrawal };
  "currencies.list": { parameters: CurrenciesListParameters | undefined; reply: List<Currency> };
  "rates.list": { parameters: undefined; reply: Rates };
  "currencies.pairs": { parameters: CurrenciesPairsParameters | undefined; reply: List<Pair> };
  "currencies.rates": { parameters: CurrenciesRatesParameters | undefined; reply: List<Pair> };
  "accounts.list": { parameters: undefined; reply: List<Balance> };
  "exchange.createQuota": { parameters: ExchangeCreateQuotaParameters; reply: Quote };
  "exchange.makeExchange": { parameters: ExchangeMakeExchangeParameters; reply: Exchange };
  "payments.create": { parameters: PaymentsCreateParameters; reply: Payment };
}

/** @internal */
export type MakeMethod = <Name extends keyof Endpoints>(
  name: Name,
  takes: readonly ("parameters" | "options")[],
) => (...given: unknown[]) => Promise<Reply<Endpoints[Name]["reply"]>>;

/** The methods of the gateway's endpoints. */
export abstract class EndpointMethods {
  /**
   * Says whether the gateway answers. Needs no key.
   *
   * `GET https://app.citrn.io/api/ping`, not signed. Reads only, so it is repeated on network faults, 429 and 5xx, as
   * `maxRetries` says.
   *
   * Source: API Documentation / API Endpoints.
   *
   * @example
   * const reply = await citrn.ping();
   * reply.message;
   */
  readonly ping: (options?: CallOptions) => Promise<Reply<Pong>>;
  readonly balances: BalancesMethods;
  readonly addresses: AddressesMethods;
  readonly withdrawals: WithdrawalsMethods;
  readonly currencies: CurrenciesMethods;
  readonly rates: RatesMethods;
  readonly accounts: AccountsMethods;
  readonly exchange: ExchangeMethods;
  readonly payments: PaymentsMethods;

  /** @internal */
  constructor(method: MakeMethod) {
    this.ping = method("ping", ["options"]);
    this.balances = {
      list: method("balances.list", ["parameters", "options"]),
    };
    this.addresses = {
      take: method("addresses.take", ["parameters", "options"]),
    };
    this.withdrawals = {
      create: method("withdrawals.create", ["parameters", "options"]),
    };
    this.currencies = {
      list: method("currencies.list", ["parameters", "options"]),
      pairs: method("currencies.pairs", ["parameters", "options"]),
      rates: method("currencies.rates", ["parameters", "options"]),
    };
    this.rates = {
      list: method("rates.list", ["options"]),
    };
    this.accounts = {
      list: method("accounts.list", ["options"]),
    };
    this.exchange = {
      createQuota: method("exchange.createQuota", ["parameters", "options"]),
      makeExchange: method("exchange.makeExchange", ["parameters", "options"]),
    };
    this.payments = {
      create: method("payments.create", ["parameters", "options"]),
    };
  }
}
