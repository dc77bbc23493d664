// The declarations of the npm package citrn. `npm run generate` writes this file.

// index.d.ts

export { type CallbackHandlerOptions, callbackHandler } from "./callback-handler.js";
export type { CallbackCredit, CallbackReview, Callbacks, VerifiedCallback } from "./callbacks.js";
export { Citrn } from "./client.js";
export type * from "./endpoints.js";
export * from "./error.js";
export type { CallbackEvent, CallbackEventData, EventHandlers, Handler, RequestLike } from "./handler.js";
export type { CallbackHeaders } from "./headers.js";
export type { AbortSignalLike, CallOptions, CreationCallOptions } from "./options.js";
export type { Reply } from "./reply.js";
export type { Bytes, CitrnOptions, Fetch, FetchInit, ResponseLike, Signer } from "./settings.js";
export type { CallbackSpan, RequestSpan } from "./tracing.js";

// callback-handler.d.ts

import type { Citrn } from "./client.js";
import { type CallbackEvent, type EventHandlers, type Handler } from "./handler.js";
export interface CallbackHandlerOptions extends EventHandlers<CallbackEvent> {
    readonly citrn: Pick<Citrn, "callbacks">;
}
export declare function callbackHandler({ citrn, ...handlers }: CallbackHandlerOptions): Handler;

// client.d.ts

import { type Callbacks } from "./callbacks.js";
import { EndpointMethods } from "./endpoints.js";
import type { CallOptions } from "./options.js";
import type { Reply } from "./reply.js";
import type { CitrnOptions } from "./settings.js";
export declare class Citrn extends EndpointMethods {
    #private;
    readonly callbacks: Callbacks;
    constructor(options?: CitrnOptions);
    request(path: string, params?: object, options?: CallOptions): Promise<Reply<{
        readonly data: unknown;
    }>>;
}

// callbacks.d.ts

import type { Callback } from "./endpoints.js";
import { type CallbackHeaders } from "./headers.js";
export type CallbackReview = "amount_unreadable" | "fees_unclear" | "type_unknown" | "payment_request" | (string & {});
export interface CallbackCredit {
    readonly customerId: string | null;
    readonly currency: string;
    readonly amount: string;
}
export type VerifiedCallback = Callback & {
    readonly isFinal: boolean;
    readonly isDeposit: boolean;
    readonly isUnexpectedCurrency: boolean;
    readonly customerId: string | null;
    readonly needsReview: CallbackReview | null;
    readonly credit: CallbackCredit | null;
    readonly raw: string;
};
export interface Callbacks {
    verify(rawBody: string | ArrayBuffer | ArrayBufferView, headers: CallbackHeaders): VerifiedCallback;
    authenticate(rawBody: string | ArrayBuffer | ArrayBufferView, headers: CallbackHeaders): void;
    sign(body: string | ArrayBuffer | ArrayBufferView): Record<string, string>;
}

// endpoints.d.ts

import type { CallOptions, CreationCallOptions } from "./options.js";
import type { Reply } from "./reply.js";
export type CurrencyCode = "BTC" | "ETH" | "USDTT" | "USDTE" | "TON" | "EUR" | (string & {});
export type GatewayErrorCode = "coin_not_found" | "network_not_found" | "address_not_found" | "invalid_address" | "resource_not_found" | "coin_not_supported" | "balance_not_enough" | "network_not_available" | "withdraw_disabled" | "duplication_request" | "amount_too_low" | "invalid_amount" | "withdrawal_virtual_coin" | "withdrawal_base_coin_mismatch" | "commission_not_found" | "create_quota_error" | "process_exchange_quota_error" | "payment_not_found" | "payment_expired";
export type ClientErrorCode = "invalid_parameter" | "invalid_configuration" | "secret_required" | "signer_failed" | "aborted" | "timeout" | "network_error" | "unexpected_redirect" | "rate_limited" | "authentication_failed" | "request_refused" | "gateway_unavailable" | "unreadable_reply" | "invalid_signature" | "invalid_callback";
export interface List<T> {
    readonly data: readonly T[];
}
export interface Pong {
    readonly message: "OK" | (string & {});
}
export interface Balance {
    readonly currency: CurrencyCode;
    readonly balance: string;
    readonly type: "crypto" | "fiat" | (string & {}) | null;
}
export interface Address {
    readonly address: string;
    readonly id: string | null;
    readonly currency: CurrencyCode | null;
    readonly memo: string | null;
    readonly foreign_id: string | null;
    readonly convert_to: CurrencyCode | null;
}
export interface Withdrawal {
    readonly id: string | null;
    readonly foreign_id: string | null;
    readonly type: "withdrawal" | "withdrawal_exchange" | (string & {}) | null;
    readonly status: string | null;
    readonly amount: string | null;
    readonly sender_amount: string | null;
    readonly sender_currency: CurrencyCode | null;
    readonly receiver_amount: string | null;
    readonly receiver_currency: CurrencyCode | null;
}
export interface Currency {
    readonly currency: CurrencyCode;
    readonly id: string | null;
    readonly type: "crypto" | "fiat" | (string & {}) | null;
    readonly minimum_amount: string | null;
    readonly deposit_fee_percent: string | null;
    readonly withdrawal_fee_percent: string | null;
    readonly precision: number | null;
}
export interface Rates {
    readonly data: unknown;
}
export interface PairCurrency {
    readonly currency: CurrencyCode;
    readonly type: "crypto" | "fiat" | (string & {}) | null;
    readonly min_amount: string | null;
    readonly min_amount_deposit_with_exchange: string | null;
}
export interface Pair {
    readonly currency_from: PairCurrency;
    readonly currency_to: PairCurrency;
    readonly rate_from: string | null;
    readonly rate_to: string | null;
}
export interface Quote {
    readonly quote_id: string;
    readonly from_coin: CurrencyCode | null;
    readonly to_coin: CurrencyCode | null;
    readonly from_amount: string | null;
    readonly to_amount: string | null;
    readonly rate: string | null;
}
export interface Exchange {
    readonly id: string | null;
    readonly quote_id: string | null;
    readonly type: "exchange" | (string & {}) | null;
    readonly status: string | null;
    readonly sender_amount: string | null;
    readonly sender_currency: CurrencyCode | null;
    readonly receiver_amount: string | null;
    readonly receiver_currency: CurrencyCode | null;
    readonly fee_amount: string | null;
    readonly fee_currency: CurrencyCode | null;
    readonly price: string | null;
}
export interface Payment {
    readonly redirect_url: string;
    readonly session_id: string | null;
}
export interface CryptoAddress {
    readonly id: string | null;
    readonly currency: CurrencyCode | null;
    readonly address: string | null;
    readonly memo: string | null;
    readonly foreign_id: string | null;
    readonly convert_to: CurrencyCode | null;
}
export interface Sent {
    readonly currency: CurrencyCode;
    readonly amount: string;
}
export interface Received {
    readonly currency: CurrencyCode;
    readonly amount: string;
    readonly amount_minus_fee: string | null;
}
export interface Transaction {
    readonly id: string | null;
    readonly currency: CurrencyCode | null;
    readonly transaction_type: "blockchain" | "exchange" | (string & {}) | null;
    readonly type: string | null;
    readonly address: string | null;
    readonly memo: string | null;
    readonly amount: string | null;
    readonly txid: string | null;
    readonly riskscore: string | null;
    readonly confirmation: number | null;
    readonly senders: readonly string[] | null;
    readonly currency_to: CurrencyCode | null;
    readonly amount_to: string | null;
}
export interface Fee {
    readonly type: "mining" | "withdrawal" | "exchange" | "deposit" | "transfer" | (string & {}) | null;
    readonly currency: CurrencyCode | null;
    readonly amount: string | null;
}
export interface ExchangeRate {
    readonly ticker: string | null;
    readonly rate: string | null;
    readonly exchanged_amount: string | null;
}
export interface Callback {
    readonly id: string;
    readonly status: "not_confirmed" | "confirmed" | "cancelled" | "declined" | "paid" | "failed" | "expired" | (string & {});
    readonly type: "deposit" | "deposit_exchange" | "withdrawal" | "withdrawal_exchange" | (string & {}) | null;
    readonly foreign_id: string | null;
    readonly crypto_address: CryptoAddress | null;
    readonly currency_sent: Sent | null;
    readonly currency_received: Received | null;
    readonly transactions: readonly Transaction[] | null;
    readonly fees: readonly Fee[] | null;
    readonly error: string | null;
    readonly exchange: ExchangeRate | null;
    readonly internal_id: string | null;
}
export interface BalancesListParameters {
    date?: string | null | undefined;
    currencies?: string | readonly CurrencyCode[] | {
        readonly array: readonly CurrencyCode[];
    } | null | undefined;
}
export interface AddressesTakeParameters {
    foreign_id: string;
    currency: CurrencyCode;
    convert_to?: CurrencyCode | null | undefined;
}
export interface WithdrawalsCreateParameters {
    address: string;
    foreign_id: string;
    amount: string;
    currency: CurrencyCode;
    convert_to?: CurrencyCode | null | undefined;
    key?: string | null | undefined;
    memo?: string | null | undefined;
}
export interface CurrenciesListParameters {
    type?: "crypto" | "fiat" | (string & {}) | null | undefined;
}
export interface CurrenciesPairsParameters {
    currency_from?: CurrencyCode | null | undefined;
    currency_to?: CurrencyCode | null | undefined;
}
export interface CurrenciesRatesParameters {
    currency_from?: CurrencyCode | null | undefined;
    currency_to?: CurrencyCode | null | undefined;
}
export interface ExchangeCreateQuotaParameters {
    from_coin: CurrencyCode;
    to_coin: CurrencyCode;
    request_amount: string;
    request_coin: CurrencyCode;
}
export interface ExchangeMakeExchangeParameters {
    quote_id: string;
}
export interface PaymentsCreateParameters {
    foreign_id: string;
    coin_name: CurrencyCode;
    return_url: string;
}
export interface BalancesMethods {
    list(parameters?: BalancesListParameters, options?: CallOptions): Promise<Reply<List<Balance>>>;
}
export interface AddressesMethods {
    take(parameters: AddressesTakeParameters, options?: CreationCallOptions): Promise<Reply<Address>>;
}
export interface WithdrawalsMethods {
    create(parameters: WithdrawalsCreateParameters, options?: CreationCallOptions): Promise<Reply<Withdrawal>>;
}
export interface CurrenciesMethods {
    list(parameters?: CurrenciesListParameters, options?: CallOptions): Promise<Reply<List<Currency>>>;
    pairs(parameters?: CurrenciesPairsParameters, options?: CallOptions): Promise<Reply<List<Pair>>>;
    rates(parameters?: CurrenciesRatesParameters, options?: CallOptions): Promise<Reply<List<Pair>>>;
}
export interface RatesMethods {
    list(options?: CallOptions): Promise<Reply<Rates>>;
}
export interface AccountsMethods {
    list(options?: CallOptions): Promise<Reply<List<Balance>>>;
}
export interface ExchangeMethods {
    createQuota(parameters: ExchangeCreateQuotaParameters, options?: CreationCallOptions): Promise<Reply<Quote>>;
    makeExchange(parameters: ExchangeMakeExchangeParameters, options?: CreationCallOptions): Promise<Reply<Exchange>>;
}
export interface PaymentsMethods {
    create(parameters: PaymentsCreateParameters, options?: CreationCallOptions): Promise<Reply<Payment>>;
}
export interface Endpoints {
    "ping": {
        parameters: undefined;
        reply: Pong;
    };
    "balances.list": {
        parameters: BalancesListParameters | undefined;
        reply: List<Balance>;
    };
    "addresses.take": {
        parameters: AddressesTakeParameters;
        reply: Address;
    };
    "withdrawals.create": {
        parameters: WithdrawalsCreateParameters;
        reply: Withdrawal;
    };
    "currencies.list": {
        parameters: CurrenciesListParameters | undefined;
        reply: List<Currency>;
    };
    "rates.list": {
        parameters: undefined;
        reply: Rates;
    };
    "currencies.pairs": {
        parameters: CurrenciesPairsParameters | undefined;
        reply: List<Pair>;
    };
    "currencies.rates": {
        parameters: CurrenciesRatesParameters | undefined;
        reply: List<Pair>;
    };
    "accounts.list": {
        parameters: undefined;
        reply: List<Balance>;
    };
    "exchange.createQuota": {
        parameters: ExchangeCreateQuotaParameters;
        reply: Quote;
    };
    "exchange.makeExchange": {
        parameters: ExchangeMakeExchangeParameters;
        reply: Exchange;
    };
    "payments.create": {
        parameters: PaymentsCreateParameters;
        reply: Payment;
    };
}
export declare abstract class EndpointMethods {
    readonly ping: (options?: CallOptions) => Promise<Reply<Pong>>;
    readonly balances: BalancesMethods;
    readonly addresses: AddressesMethods;
    readonly withdrawals: WithdrawalsMethods;
    readonly currencies: CurrenciesMethods;
    readonly rates: RatesMethods;
    readonly accounts: AccountsMethods;
    readonly exchange: ExchangeMethods;
    readonly payments: PaymentsMethods;
}

// options.d.ts

export interface AbortSignalLike {
    readonly aborted: boolean;
    readonly reason?: unknown;
    addEventListener(type: "abort", listener: () => void): void;
    removeEventListener(type: "abort", listener: () => void): void;
}
export interface CallOptions {
    signal?: AbortSignalLike | undefined;
    timeoutMs?: number | undefined;
    maxRetries?: number | undefined;
}
export interface CreationCallOptions extends CallOptions {
    extra?: Readonly<Record<string, unknown>> | undefined;
}

// reply.d.ts

export type Reply<T> = T & {
    readonly httpStatus: number;
    readonly raw: string;
};

// headers.d.ts

export type CallbackHeaders = {
    get(name: string): string | null | undefined;
} | Iterable<readonly [string, string]> | Readonly<Record<string, string | readonly string[] | undefined>>;
export declare function headerIn(headers: CallbackHeaders, header: string): string | undefined;

// settings.d.ts

import type { AbortSignalLike } from "./options.js";
export type Bytes = ReturnType<typeof Uint8Array.from>;
type HostAbortSignal = typeof globalThis extends {
    AbortSignal: {
        prototype: infer T;
    };
} ? T : AbortSignalLike;
export interface FetchInit {
    method: "GET" | "POST" | "DELETE";
    headers: Record<string, string>;
    redirect: "manual";
    cache?: "no-store";
    signal: HostAbortSignal;
    body?: Bytes;
}
export interface ResponseLike {
    readonly status: number;
    readonly headers: {
        get(name: string): string | null;
    };
    arrayBuffer(): ArrayBuffer | PromiseLike<ArrayBuffer>;
}
export type Fetch = (url: string, init: FetchInit) => ResponseLike | PromiseLike<ResponseLike>;
export type Signer = (bytes: Bytes) => string | PromiseLike<string>;
export interface CitrnOptions {
    apiKey?: string | undefined;
    secret?: string | undefined;
    signer?: Signer | undefined;
    callbackSecrets?: string | readonly string[] | undefined;
    baseUrl?: string | {
        readonly io: string;
        readonly com: string;
    } | undefined;
    timeoutMs?: number | undefined;
    maxRetries?: number | undefined;
    fetch?: Fetch | undefined;
    signGets?: boolean | undefined;
    allowSecretInBody?: boolean | undefined;
    allowOtherCurrency?: boolean | undefined;
    redirectOrigins?: readonly string[] | undefined;
    allowInsecureBaseUrl?: boolean | undefined;
    traceForeignId?: boolean | undefined;
    dangerouslyAllowBrowser?: boolean | undefined;
}
export {};

// handler.d.ts

import type { CallbackHeaders } from "./headers.js";
export interface CallbackEventData {
    readonly callback_id: string | null;
    readonly status: string | null;
    readonly customer_id: string | null;
    readonly is_final: boolean;
    readonly is_deposit: boolean;
    readonly is_unexpected_currency?: boolean;
    readonly credit: {
        readonly customer_id: string;
        readonly currency: string;
        readonly amount: string;
    } | null;
    readonly review: string | null;
    readonly callback: unknown;
}
export interface CallbackEvent {
    readonly id: string;
    readonly key: string;
    readonly type: string;
    readonly data: CallbackEventData;
    readonly rawBody: Uint8Array;
}
export interface EventHandlers<Event> {
    readonly process: (event: Event) => Promise<"done" | "duplicate">;
    readonly review: (event: Event) => unknown;
    readonly onError?: ((error: unknown) => unknown) | undefined;
    readonly traceForeignId?: boolean | undefined;
}
export interface RequestLike {
    readonly method: string;
    readonly headers: CallbackHeaders;
    readonly bodyUsed: boolean;
    readonly body: {
        getReader(): {
            read(): Promise<{
                readonly done: boolean;
                readonly value?: Uint8Array | undefined;
            }>;
            cancel(): Promise<unknown>;
        };
    } | null;
}
type HostResponse = typeof globalThis extends {
    Response: {
        prototype: infer T;
    };
} ? T : object;
export type Handler = (request: RequestLike) => Promise<HostResponse>;
export declare const UNREADABLE: CallbackEventData;
export {};

// error.d.ts

import type { ClientErrorCode, GatewayErrorCode } from "./endpoints.js";
export type CitrnErrorCode = GatewayErrorCode | ClientErrorCode | (string & {});
export interface CitrnErrorDetails {
    code: CitrnErrorCode;
    message: string;
    executed: "no" | "unknown";
    retryable: boolean;
    httpStatus?: number | undefined;
    retryAfter?: number | undefined;
    field?: string | undefined;
    foreign_id?: string | undefined;
    quote_id?: string | undefined;
    requestId?: string | undefined;
    idempotencyKey?: string | undefined;
    raw?: string | undefined;
    cause?: unknown;
}
export declare class CitrnError extends Error {
    readonly code: CitrnErrorCode;
    readonly executed: "no" | "unknown";
    readonly retryable: boolean;
    readonly httpStatus?: number;
    readonly retryAfter?: number;
    readonly field?: string;
    readonly foreign_id?: string;
    readonly quote_id?: string;
    readonly requestId?: string;
    readonly idempotencyKey?: string;
    readonly raw?: string;
    constructor(details: CitrnErrorDetails);
    toJSON(): Omit<CitrnErrorDetails, "raw" | "cause"> & {
        name: string;
    };
}
export declare class CitrnParameterError extends CitrnError {
}
export declare class CitrnConfigurationError extends CitrnError {
}
export declare class CitrnAuthenticationError extends CitrnError {
}
export declare class CitrnRateLimitError extends CitrnError {
}
export declare class CitrnConnectionError extends CitrnError {
}
export declare class CitrnTimeoutError extends CitrnConnectionError {
}
export declare class CitrnAbortError extends CitrnError {
}
export declare class CitrnRefusalError extends CitrnError {
}
export declare class CitrnGatewayError extends CitrnError {
}
export declare class CitrnCallbackError extends CitrnError {
}

// tracing.d.ts

export interface RequestSpan {
    readonly endpoint: string;
    readonly attempt: number;
    readonly foreign_id?: string;
    status?: number | undefined;
    code?: string | undefined;
    executed?: "yes" | "no" | "unknown";
    duration?: number;
}
export interface CallbackSpan {
    type?: string;
    foreign_id?: string;
    status?: number;
    code?: string;
    duration?: number;
}
export interface Channel {
    readonly start: {
        readonly hasSubscribers: boolean;
    };
    readonly asyncEnd: {
        readonly hasSubscribers: boolean;
    };
    tracePromise(work: () => Promise<void>, span: object): Promise<void>;
}
export declare function subscribed(name: "request" | "callback"): Channel | undefined;
interface AttemptOutcome {
    readonly httpStatus?: number | undefined;
    readonly code?: string;
    readonly executed?: "no" | "unknown";
}
export declare function traceAttempt<T>(channel: Channel, endpoint: string, attempt: number, foreign_id: unknown, work: () => Promise<T>, outcomeOf: (result: T) => AttemptOutcome): Promise<T>;
export declare function trace<T>(channel: Channel, span: object, work: () => Promise<T>, fieldsOf: (result: T) => object): Promise<T>;
export {};

// sandbox/index.d.ts

import { type SandboxControl, SandboxError } from "./control.js";
import type { ReplyProfile } from "./types.js";
export { SandboxError, type SandboxControl };
export type * from "./scenario-types.js";
export type * from "./types.js";
export interface SandboxOptions {
    port?: number | undefined;
    host?: string | undefined;
    publicUrl?: string | undefined;
    apiKey?: string | undefined;
    secret?: string | undefined;
    seed?: string | undefined;
    callbackUrl?: string | undefined;
    profile?: ReplyProfile | undefined;
    log?: ((line: string) => void) | undefined;
}
export interface Sandbox extends SandboxControl {
    readonly url: string;
    readonly baseUrl: string;
    readonly apiKey: string;
    readonly secret: string;
    readonly seed: string;
    close(): Promise<void>;
}
export declare function startSandbox(options?: SandboxOptions): Promise<Sandbox>;

// sandbox/control.d.ts

import type { ScenarioRunView, ScenarioView } from "./scenario-types.js";
import type { Amount, CallbackView, ClockView, CurrencyChange, CurrencyView, DepositOrder, DepositView, DisorderKind, Fault, FaultsView, LedgerView, NetworkView, PaymentView, ProfileView, ReplyProfile, RequestView, SettingsView, Waiting, WithdrawalView } from "./types.js";
export type Call = (method: "GET" | "POST" | "DELETE", path: string, body?: object) => Promise<unknown>;
export declare class SandboxError extends Error {
    readonly name = "SandboxError";
    readonly httpStatus: number;
    constructor(httpStatus: number, message: string);
}
export interface SandboxControl {
    reset(): Promise<void>;
    clock: {
        get(): Promise<ClockView>;
        freeze(now?: string): Promise<ClockView>;
        resume(): Promise<ClockView>;
        advance(by: {
            seconds?: number;
            minutes?: number;
            hours?: number;
            days?: number;
        } & Waiting): Promise<ClockView>;
    };
    requests: {
        list(): Promise<RequestView[]>;
        clear(): Promise<void>;
    };
    ledger: {
        get(): Promise<LedgerView>;
    };
    balances: {
        credit(credit: {
            currency: string;
            amount: Amount;
        }): Promise<void>;
    };
    deposits: {
        list(): Promise<DepositView[]>;
        get(id: string): Promise<DepositView>;
        create(order: DepositOrder): Promise<DepositView>;
        addConfirmations(id: string, options?: {
            count?: number;
        } & Waiting): Promise<DepositView>;
        confirm(id: string, options?: Waiting): Promise<DepositView>;
        cancel(id: string, options?: {
            reason?: string;
        } & Waiting): Promise<DepositView>;
    };
    withdrawals: {
        list(): Promise<WithdrawalView[]>;
        get(id: string): Promise<WithdrawalView>;
        confirm(id: string, options?: Waiting): Promise<WithdrawalView>;
        hold(id: string, options?: {
            reason?: string;
        } & Waiting): Promise<WithdrawalView>;
        decline(id: string, options?: {
            reason?: string;
        } & Waiting): Promise<WithdrawalView>;
        cancel(id: string, options?: {
            reason?: string;
        } & Waiting): Promise<WithdrawalView>;
    };
    payments: {
        list(): Promise<PaymentView[]>;
        get(sessionId: string): Promise<PaymentView>;
        pay(sessionId: string, payment: {
            amount: Amount;
            confirmed?: boolean;
        } & Waiting): Promise<PaymentView>;
        expire(sessionId: string): Promise<PaymentView>;
        cancel(sessionId: string): Promise<PaymentView>;
    };
    callbacks: {
        list(): Promise<CallbackView[]>;
        get(id: string): Promise<CallbackView>;
        resend(id: string, options?: Waiting): Promise<CallbackView>;
    };
    faults: {
        list(): Promise<FaultsView>;
        add(fault: Fault | {
            kind: DisorderKind;
            times?: number;
        }): Promise<FaultsView>;
        clear(): Promise<void>;
    };
    scenarios: {
        list(): Promise<ScenarioView[]>;
        run(name: string, options?: {
            customer_id?: string;
            payout_id?: string;
        } & Waiting): Promise<ScenarioRunView>;
    };
    rates: {
        get(): Promise<Record<string, Amount>>;
        set(rates: Record<string, Amount | null>): Promise<Record<string, Amount>>;
    };
    currencies: {
        list(): Promise<CurrencyView[]>;
        get(code: string): Promise<CurrencyView>;
        set(code: string, change: CurrencyChange): Promise<CurrencyView>;
    };
    networks: {
        list(): Promise<NetworkView[]>;
        set(name: string, state: {
            available: boolean;
        }): Promise<NetworkView[]>;
    };
    profiles: {
        list(): Promise<Record<ReplyProfile, ProfileView>>;
    };
    settings: {
        get(): Promise<SettingsView>;
        set(change: Partial<SettingsView>): Promise<SettingsView>;
    };
}
export declare function control(call: Call): SandboxControl;

// sandbox/scenario-types.d.ts

import type { Amount, CallbackView } from "./types.js";
export interface ScenarioView {
    name: string;
    description: string;
    expected: {
        callbacks: ExpectedCallback[];
        ledger: {
            currency: string;
            amount: Amount;
        }[];
        payout: {
            currency: string;
            amount: Amount;
            state: "paid" | "not_paid";
        } | null;
    };
}
export interface ExpectedCallback {
    after_seconds: number;
    transaction: number;
    type: string;
    status: string;
}
export interface ScenarioRunView extends ScenarioView {
    id: string;
    customer_id: string;
    payout_id: string | null;
    started_at: string;
    transaction_ids: string[];
    callbacks: CallbackView[];
}

// sandbox/types.d.ts

import type { GatewayErrorCode } from "../endpoints.js";
export type Amount = string;
export interface ClockView {
    now: string;
    frozen: boolean;
}
export interface RequestView {
    at: string;
    method: string;
    path: string;
    endpoint: string | null;
    status: number;
    code: string | null;
    reason: string | null;
    parameters: Record<string, unknown> | null;
    fault: FaultKind | null;
}
export type LedgerAccount = "merchant" | "fees" | "in_flight" | "exchange" | "world";
export interface LedgerView {
    accounts: {
        account: LedgerAccount;
        currency: string;
        balance: Amount;
    }[];
    sums: Record<string, Amount>;
    journal: {
        at: string;
        reason: string;
        reference: string;
        transfers: {
            from: LedgerAccount;
            to: LedgerAccount;
            currency: string;
            amount: Amount;
        }[];
    }[];
}
export interface DepositView {
    id: string;
    type: "deposit" | "deposit_exchange";
    status: "not_confirmed" | "confirmed" | "cancelled" | "lost";
    foreign_id: string;
    expected_currency?: string;
    currency: string;
    address: string;
    memo: string | null;
    amount: Amount;
    received_currency: string;
    received_amount: Amount;
    received_amount_minus_fee: Amount;
    exchange: {
        ticker: string;
        rate: Amount;
        exchanged: Amount;
    } | null;
    confirmations: number;
    required_confirmations: number;
    txid: string;
    error: string;
    seen_at: string;
}
export interface Waiting {
    wait?: boolean | undefined;
}
export type DepositTarget = {
    address: string;
    memo?: string | undefined;
} | {
    foreign_id: string;
    currency: string;
} | {
    session_id: string;
};
export type DepositOrder = DepositTarget & Waiting & {
    amount: Amount;
    confirmations?: number | undefined;
    confirmed?: boolean | undefined;
    automatic?: boolean | undefined;
};
export interface WithdrawalView {
    id: string;
    foreign_id: string;
    type: "withdrawal" | "withdrawal_exchange";
    status: "processing" | "pending" | "confirmed" | "cancelled" | "declined";
    address: string;
    memo: string | null;
    amount: Amount;
    sender_currency: string;
    sender_amount: Amount;
    receiver_currency: string;
    receiver_amount: Amount;
    fee_currency: string;
    fee_amount: Amount;
    txid: string | null;
    error: string;
    created_at: string;
}
export interface PaymentView {
    session_id: string;
    status: "open" | "paid" | "cancelled" | "expired";
    foreign_id: string;
    coin_name: string;
    address: string | null;
    memo: string | null;
    return_url: string;
    deposit_id: string | null;
    created_at: string;
    expires_at: string;
}
export interface CallbackView {
    id: string;
    transaction_id: string;
    status: string;
    state: "waiting" | "held" | "delivered" | "given_up" | "not_sent";
    body: string;
    due_at: string | null;
    attempts: {
        at: string;
        manual: boolean;
        http_status: number | null;
        error: string | null;
        finished: boolean;
    }[];
}
export type FaultKind = "error_code" | "latency" | "stall" | "sever_before" | "sever_during" | "rate_limit" | "server_error" | "html" | "truncated_json" | "wrong_content_type" | "empty_body" | "redirect";
export type DisorderKind = "duplicate_callback" | "callbacks_out_of_order";
export interface Fault {
    kind: FaultKind;
    endpoint?: string | undefined;
    times?: number | undefined;
    code?: GatewayErrorCode | undefined;
    status?: number | undefined;
    retry_after?: string | undefined;
    location?: string | undefined;
    latency_ms?: number | undefined;
    executes?: boolean | undefined;
}
export interface FaultsView {
    faults: (Required<Pick<Fault, "endpoint" | "kind" | "times" | "latency_ms">> & Fault)[];
    callbacks: {
        kind: DisorderKind;
        times: number;
    }[];
}
export interface CurrencyView {
    id: number;
    currency: string;
    symbol: string;
    type: "crypto" | "fiat";
    network: string | null;
    precision: number;
    minimum_amount: Amount;
    confirmations: number;
    deposit_fee_percent: Amount | null;
    withdrawal_fee_percent: Amount | null;
    exchange_fee_percent: Amount | null;
    supported: boolean;
    virtual: boolean;
    withdrawals_enabled: boolean;
}
export type CurrencyChange = Partial<Pick<CurrencyView, "minimum_amount" | "confirmations" | "deposit_fee_percent" | "withdrawal_fee_percent" | "exchange_fee_percent" | "supported" | "withdrawals_enabled">>;
export interface NetworkView {
    network: string;
    available: boolean;
}
export type ReplyProfile = "documented-old" | "documented-new" | "family-2020" | "family-2026" | "random";
export interface ProfileView {
    envelope: "data" | "status_and_data" | "root";
    created_status: number;
    ping: "json" | "text";
    payment: "session" | "invoice";
    ids: "uuid" | "integer";
    memo: "memo" | "tag";
    reply_amounts: "text" | "number";
    callback_amounts: "text" | "number";
    confirmations: "singular" | "plural" | "plural_text";
    fees: "null_for_deposits" | "list" | "null";
    internal_id: boolean;
    schedule: "documented" | "family";
    code_envelope: "flat" | "field_and_code" | "error_and_code" | "nested";
    code_status: "by_code" | "bad_request" | "unprocessable" | "ok";
    field_errors: "text" | "list";
}
export interface SettingsView {
    callback_url: string | null;
    profile: ReplyProfile;
    callback_generation: "newer" | "older";
    withdrawals_enabled: boolean;
    automatic_withdrawals: boolean;
    automatic_confirmations: boolean;
    required_fields: string[];
    allowed_origins: string[];
}

// worker/index.d.ts

export * from "../error.js";
export type { CallbackEvent, CallbackEventData, EventHandlers, Handler, RequestLike } from "../handler.js";
export type { CallbackHeaders } from "../headers.js";
export type { AbortSignalLike } from "../options.js";
export type { Bytes, Fetch, FetchInit, ResponseLike } from "../settings.js";
export { CitrnWorker } from "./client.js";
export type { WorkerErrorCode } from "./codes.js";
export type * from "./contract.js";
export type * from "./methods.js";
export type { CitrnWorkerOptions, CreationOptions, WorkerCallOptions } from "./options.js";
export type { CallbackSpan, RequestSpan } from "../tracing.js";
export { type Webhooks, webhooks } from "./webhooks.js";
export type { WebhookEvent } from "./webhooks-event.js";
export { type WebhookHandlerOptions, webhookHandler } from "./webhooks-handler.js";
export type { RawBody, SignOptions, WebhookOptions } from "./webhooks-signature.js";

// worker/client.d.ts

import type * as methods from "./methods.js";
import type { CitrnWorkerOptions } from "./options.js";
export declare class CitrnWorker {
    readonly payments: methods.PaymentMethods;
    readonly addresses: methods.AddressMethods;
    readonly checkoutLinks: methods.CheckoutLinkMethods;
    readonly currencies: methods.CurrencyMethods;
    readonly rates: methods.RateMethods;
    readonly deposits: methods.DepositMethods;
    readonly callbacks: methods.CallbackMethods;
    constructor(options: CitrnWorkerOptions);
}

// worker/methods.d.ts

import type { Address, AddressesTakeParameters, CallbackPage, CallbacksEraseParameters, CallbacksListParameters, CallbacksRedeliverParameters, CallbacksRedelivery, CheckoutLink, CheckoutLinksCreateParameters, Currencies, Deposit, DepositPage, DepositsListParameters, Erasure, InboxEvent, Payment, PaymentsCreateParameters, Rates, Redelivery } from "./contract.js";
import type { CreationOptions, WorkerCallOptions } from "./options.js";
export interface PaymentMethods {
    create(parameters: PaymentsCreateParameters, options?: CreationOptions): Promise<Payment>;
}
export interface AddressMethods {
    take(parameters: AddressesTakeParameters, options?: CreationOptions): Promise<Address>;
}
export interface CheckoutLinkMethods {
    create(parameters: CheckoutLinksCreateParameters, options?: CreationOptions): Promise<CheckoutLink>;
}
export interface CurrencyMethods {
    list(options?: WorkerCallOptions): Promise<Currencies>;
}
export interface RateMethods {
    list(options?: WorkerCallOptions): Promise<Rates>;
}
export type Streamed<Entry> = Entry & {
    readonly next: string;
};
export interface EntryList<Entry, Page> extends AsyncIterable<Entry> {
    pages(): AsyncIterable<Page>;
    stream(): AsyncIterable<Streamed<Entry>>;
}
export type CallbackList = EntryList<InboxEvent, CallbackPage>;
export type DepositList = EntryList<Deposit, DepositPage>;
export interface DepositMethods {
    list(parameters: DepositsListParameters, options?: WorkerCallOptions): DepositList;
}
export interface CallbackMethods {
    list(parameters?: CallbacksListParameters, options?: WorkerCallOptions): CallbackList;
    redeliver(id: string, options?: WorkerCallOptions): Promise<Redelivery>;
    redeliver(filter: CallbacksRedeliverParameters, options?: WorkerCallOptions): Promise<CallbacksRedelivery>;
    erase(id: string, options?: WorkerCallOptions): Promise<Erasure>;
    erase(customer: CallbacksEraseParameters, options?: WorkerCallOptions): Promise<Erasure>;
}

// worker/contract.d.ts

export interface PaymentsCreateParameters {
    foreign_id: string;
    coin_name: string;
    return_url: string;
    extra?: {
        readonly [name: string]: unknown;
    } | null | undefined;
}
export interface Payment {
    readonly session_id: string | null;
    readonly redirect_url: string;
}
export interface AddressesTakeParameters {
    foreign_id: string;
    currency: string;
    convert_to?: string | null | undefined;
    extra?: {
        readonly [name: string]: unknown;
    } | null | undefined;
}
export interface Address {
    readonly address: string;
    readonly memo: string | null;
    readonly currency: string;
    readonly foreign_id: string;
}
export interface CheckoutLinksCreateParameters {
    foreign_id: string;
    return_url: string;
    coins?: readonly string[] | null | undefined;
    convert_to?: string | null | undefined;
    expires_in?: number | null | undefined;
    extra?: {
        readonly [name: string]: unknown;
    } | null | undefined;
    mode?: "redirect" | "address" | "both" | null | undefined;
}
export interface CheckoutLink {
    readonly url: string;
    readonly expires_at: string;
}
export interface Currencies {
    readonly as_of: string;
    readonly data: readonly {
        readonly [name: string]: unknown;
    }[];
    readonly stale: boolean;
}
export interface Rates {
    readonly as_of: string;
    readonly data: unknown;
    readonly stale: boolean;
}
export interface CallbacksListParameters {
    limit?: number | null | undefined;
    after?: string | null | undefined;
    callback_id?: string | null | undefined;
    state?: "pending" | "waiting" | "delivered" | "parked" | null | undefined;
    foreign_id?: string | null | undefined;
    type?: "deposit" | "deposit_exchange" | "withdrawal" | "withdrawal_exchange" | null | undefined;
    since?: string | null | undefined;
    until?: string | null | undefined;
    order?: "receipt" | "delivery" | null | undefined;
}
export interface CallbackPage {
    readonly data: readonly InboxEvent[];
    readonly has_more: boolean;
    readonly next: string;
}
export interface DepositsListParameters {
    foreign_id?: string | null | undefined;
    address?: string | null | undefined;
    memo?: string | null | undefined;
    state?: "seen" | "confirmed" | "cancelled" | "conflict" | null | undefined;
    since?: string | null | undefined;
    limit?: number | null | undefined;
    after?: string | null | undefined;
}
export interface DepositPage {
    readonly data: readonly Deposit[];
    readonly has_more: boolean;
    readonly next: string;
    readonly available_since: string;
}
export interface CallbacksRedeliverParameters {
    after?: string | null | undefined;
    dry_run?: boolean | null | undefined;
    foreign_id?: string | null | undefined;
    since?: string | null | undefined;
    state?: "pending" | "waiting" | "delivered" | "parked" | null | undefined;
    until?: string | null | undefined;
}
export interface CallbacksRedelivery {
    readonly queued: number;
    readonly already_queued: number;
    readonly without_body: number;
    readonly has_more: boolean;
    readonly next: string;
}
export interface CallbacksEraseParameters {
    foreign_id: string;
}
export interface Redelivery {
    readonly queued: number;
}
export interface Erasure {
    readonly erased: number;
}
export type WebhookBody = CallbackAmended | CallbackConflict | CallbackReceived | CallbackUnreadable;
export interface InboxEvent {
    readonly callback: {
        readonly [name: string]: unknown;
    } | null;
    readonly callback_id: string | null;
    readonly credit: Credit | null;
    readonly current_status: string | null;
    readonly customer_id: string | null;
    readonly delivery: {
        readonly attempts: number;
        readonly last_failure: string | null;
        readonly next_attempt_at: string | null;
        readonly settled_at: string | null;
        readonly state: "pending" | "waiting" | "delivered" | "parked" | (string & {});
    };
    readonly erased_at: string | null;
    readonly id: string;
    readonly is_deposit: boolean;
    readonly is_final: boolean;
    readonly received_at: string;
    readonly review: Review | null;
    readonly status: string | null;
    readonly superseded: boolean;
    readonly type: "callback.received" | "callback.amended" | "callback.conflict" | "callback.unreadable" | (string & {});
    readonly body_base64?: string;
    readonly is_unexpected_currency?: boolean;
}
export interface Deposit {
    readonly amount_after_fees: string | null;
    readonly amount_received: string | null;
    readonly amount_sent: string | null;
    readonly currency: string | null;
    readonly currency_sent: string | null;
    readonly id: string;
    readonly seen_at: string;
    readonly settled_at: string | null;
    readonly state: "seen" | "confirmed" | "cancelled" | "conflict" | (string & {});
    readonly txid: string | null;
}
export interface CallbackAmended {
    readonly data: EventData & {
        readonly credit: null;
        readonly review: "amended";
    };
    readonly timestamp: string;
    readonly type: "callback.amended";
}
export interface CallbackConflict {
    readonly data: EventData & {
        readonly credit: null;
        readonly review: "conflict";
    };
    readonly timestamp: string;
    readonly type: "callback.conflict";
}
export interface CallbackReceived {
    readonly data: EventData;
    readonly timestamp: string;
    readonly type: "callback.received";
}
export interface CallbackUnreadable {
    readonly data: EventData & {
        readonly credit: null;
        readonly review: "unreadable";
    };
    readonly timestamp: string;
    readonly type: "callback.unreadable";
}
export interface Credit {
    readonly amount: string;
    readonly currency: string;
    readonly customer_id: string;
}
export type Review = "amended" | "conflict" | "unreadable" | "amount_unreadable" | "fees_unclear" | "customer_missing" | "type_unknown" | "payment_request" | "body_dropped" | (string & {});
export interface EventData {
    readonly callback: {
        readonly [name: string]: unknown;
    } | null;
    readonly callback_id: string | null;
    readonly credit: Credit | null;
    readonly customer_id: string | null;
    readonly is_deposit: boolean;
    readonly is_final: boolean;
    readonly review: Review | null;
    readonly status: string | null;
    readonly superseded: boolean;
    readonly body_base64?: string;
    readonly is_unexpected_currency?: boolean;
}

// worker/options.d.ts

import type { AbortSignalLike } from "../options.js";
import type { Fetch } from "../settings.js";
export interface CitrnWorkerOptions {
    url: string;
    token: string;
    timeoutMs?: number | undefined;
    maxRetries?: number | undefined;
    fetch?: Fetch | undefined;
    allowInsecureUrl?: boolean | undefined;
    traceForeignId?: boolean | undefined;
}
export interface WorkerCallOptions {
    signal?: AbortSignalLike | undefined;
    timeoutMs?: number | undefined;
    maxRetries?: number | undefined;
}
export interface CreationOptions extends WorkerCallOptions {
    idempotencyKey?: string | undefined;
}

// worker/codes.d.ts

import * as errors from "../error.js";
import type { CitrnError, CitrnErrorDetails } from "../error.js";
export type ErrorClass = new (details: CitrnErrorDetails) => CitrnError;
export declare const WORKER_CLASSES: {
    token_required: typeof errors.CitrnAuthenticationError;
    token_unknown: typeof errors.CitrnAuthenticationError;
    route_not_allowed: typeof errors.CitrnAuthenticationError;
    not_found: typeof errors.CitrnConfigurationError;
    method_not_allowed: typeof errors.CitrnConfigurationError;
    body_too_large: typeof errors.CitrnParameterError;
    malformed_body: typeof errors.CitrnParameterError;
    missing_parameter: typeof errors.CitrnParameterError;
    unknown_parameter: typeof errors.CitrnParameterError;
    duplicate_parameter: typeof errors.CitrnParameterError;
    return_url_not_allowed: typeof errors.CitrnParameterError;
    idempotency_key_reused: typeof errors.CitrnParameterError;
    too_many_requests: typeof errors.CitrnRateLimitError;
    outcome_unknown: typeof errors.CitrnGatewayError;
    storage_unavailable: typeof errors.CitrnGatewayError;
    internal_error: typeof errors.CitrnGatewayError;
    worker_unavailable: typeof errors.CitrnGatewayError;
    callback_not_found: typeof errors.CitrnRefusalError;
    callback_erased: typeof errors.CitrnRefusalError;
    network_not_available: typeof errors.CitrnRefusalError;
};
export type WorkerErrorCode = Exclude<keyof typeof WORKER_CLASSES, "network_not_available">;

// worker/webhooks.d.ts

import type { CallbackHeaders } from "../headers.js";
import { type WebhookEvent } from "./webhooks-event.js";
import { type RawBody, type SignOptions, type WebhookOptions } from "./webhooks-signature.js";
export interface Webhooks {
    verify(rawBody: RawBody, headers: CallbackHeaders, options: WebhookOptions): Promise<WebhookEvent>;
    sign(rawBody: RawBody, options: SignOptions): Promise<Record<string, string>>;
}
export declare const webhooks: Webhooks;

// worker/webhooks-event.d.ts

import { type CallbackEvent } from "../handler.js";
import type { WebhookBody } from "./contract.js";
import type { Delivery } from "./webhooks-signature.js";
export type WebhookEvent = WebhookBody & Pick<CallbackEvent, "id" | "key" | "rawBody">;
export declare function readEvent({ id, body }: Delivery): WebhookEvent;

// worker/webhooks-signature.d.ts

import { type CallbackHeaders } from "../headers.js";
import type { Bytes } from "../settings.js";
export type RawBody = string | ArrayBuffer | ArrayBufferView;
export interface WebhookOptions {
    readonly secrets: string | readonly (string | undefined)[] | undefined;
    readonly toleranceSeconds?: number | undefined;
}
export interface SignOptions extends Pick<WebhookOptions, "secrets"> {
    readonly id: string;
    readonly timestamp?: Date | undefined;
}
export interface Delivery {
    readonly id: string;
    readonly body: Bytes;
}
export declare function authenticate(rawBody: RawBody, headers: CallbackHeaders, { secrets, toleranceSeconds }: WebhookOptions): Promise<Delivery>;
export declare function sign(body: RawBody, options: SignOptions): Promise<Record<string, string>>;

// worker/webhooks-handler.d.ts

import { type EventHandlers, type Handler } from "../handler.js";
import { type WebhookEvent } from "./webhooks-event.js";
import { type WebhookOptions } from "./webhooks-signature.js";
export interface WebhookHandlerOptions extends WebhookOptions, EventHandlers<WebhookEvent> {
}
export declare function webhookHandler(options: WebhookHandlerOptions): Handler;

// element/index.d.ts

export type { CitrnPayAttributes, CitrnPayHandlers } from "./attributes.js";
export { CitrnPayElement, type CitrnPayEvents, type CitrnPayMode } from "./pay-element.js";
export type { CitrnPayDeposit, CitrnPayState, CitrnPayStatus } from "./status.js";

// element/attributes.d.ts

import type { CitrnPayEvents, CitrnPayMode } from "./pay-element.js";
export interface CitrnPayAttributes {
    mode?: CitrnPayMode | undefined;
    follow?: boolean | undefined;
    "close-label"?: string | undefined;
    "dialog-label"?: string | undefined;
    "waiting-label"?: string | undefined;
    "seen-label"?: string | undefined;
    "confirmed-label"?: string | undefined;
    "cancelled-label"?: string | undefined;
}
export interface CitrnPayHandlers {
    "oncitrn-status"?: ((event: CitrnPayEvents["citrn-status"]) => void) | undefined;
    "oncitrn-close"?: ((event: CitrnPayEvents["citrn-close"]) => void) | undefined;
}

// element/pay-element.d.ts

import { type CitrnPayState, type CitrnPayStatus } from "./status.js";
export type CitrnPayMode = "page" | "popup" | "dialog";
declare const Base: typeof HTMLElement;
export declare class CitrnPayElement extends Base {
    #private;
    static readonly observedAttributes: string[];
    get mode(): CitrnPayMode;
    set mode(mode: CitrnPayMode);
    get follow(): boolean;
    set follow(follow: boolean);
    get state(): CitrnPayState | null;
}
export interface CitrnPayEvents {
    "citrn-status": CustomEvent<CitrnPayStatus>;
    "citrn-close": CustomEvent<undefined>;
}
declare global {
    interface HTMLElementTagNameMap {
        "citrn-pay": CitrnPayElement;
    }
    interface GlobalEventHandlersEventMap extends CitrnPayEvents {
    }
}
export {};

// element/status.d.ts

export type CitrnPayState = "waiting" | "seen" | "confirmed" | "cancelled";
export interface CitrnPayDeposit {
    currency: string | null;
    amount: string | null;
    state: "seen" | "confirmed" | "cancelled";
    seenAt: string | null;
    confirmedAt: string | null;
}
export interface CitrnPayStatus {
    state: CitrnPayState;
    deposits: CitrnPayDeposit[];
}

// element/preact.d.ts

// The entry `citrn/element/preact`: `<citrn-pay>` in Preact's JSX.
import type { HTMLAttributes } from "preact";
import type { CitrnPayAttributes, CitrnPayElement, CitrnPayHandlers } from "./index.js";

declare module "preact" {
  namespace JSX {
    interface IntrinsicElements {
      "citrn-pay": HTMLAttributes<CitrnPayElement> & CitrnPayAttributes & CitrnPayHandlers;
    }
  }
}

export * from "./index.js";

// element/react.d.ts

// The entry `citrn/element/react`: `<citrn-pay>` in the JSX of React 19.
import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type { CitrnPayAttributes, CitrnPayElement, CitrnPayHandlers } from "./index.js";

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "citrn-pay": DetailedHTMLProps<HTMLAttributes<CitrnPayElement>, CitrnPayElement> &
        CitrnPayAttributes &
        CitrnPayHandlers;
    }
  }
}

export * from "./index.js";

// element/svelte.d.ts

// The entry `citrn/element/svelte`: `<citrn-pay>` in the markup of Svelte 5.
import type { HTMLAttributes } from "svelte/elements";
import type { CitrnPayAttributes, CitrnPayElement, CitrnPayHandlers } from "./index.js";

declare module "svelte/elements" {
  interface SvelteHTMLElements {
    "citrn-pay": HTMLAttributes<CitrnPayElement> & CitrnPayAttributes & CitrnPayHandlers;
  }
}

export * from "./index.js";

// element/vue.d.ts

// The entry `citrn/element/vue`: `<citrn-pay>` in the templates of Vue 3, for vue-tsc and editors.
import type { HTMLAttributes } from "vue";
import type { CitrnPayAttributes, CitrnPayEvents } from "./index.js";

interface Handlers {
  onCitrnStatus?: ((event: CitrnPayEvents["citrn-status"]) => void) | undefined;
  onCitrnClose?: ((event: CitrnPayEvents["citrn-close"]) => void) | undefined;
}

declare module "vue" {
  interface GlobalComponents {
    "citrn-pay": new () => { $props: HTMLAttributes & CitrnPayAttributes & Handlers };
  }
}

export * from "./index.js";
