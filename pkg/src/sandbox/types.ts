import type { GatewayErrorCode } from "../endpoints.js";

/** An amount or a rate: decimal text, never a JavaScript number. */
export type Amount = string;

/** The sandbox's time. */
export interface ClockView {
  /** RFC 3339, UTC. */
  now: string;
  frozen: boolean;
}

/** A call of the API or the pay page, and its outcome. */
export interface RequestView {
  at: string;
  method: string;
  path: string;
  /** The method's name in this package, such as `payments.create`. */
  endpoint: string | null;
  status: number;
  /** The code of the refusal, if there was one. */
  code: string | null;
  /** Explains the refusal, such as why a signature is wrong. */
  reason: string | null;
  /** The parameters that were sent, without the field `key`. */
  parameters: Record<string, unknown> | null;
  /** The fault that was applied, if one was. */
  fault: FaultKind | null;
}

/** Accounts of the double-entry ledger. */
export type LedgerAccount = "merchant" | "fees" | "in_flight" | "exchange" | "world";

/** The money: accounts, sums and the latest postings. */
export interface LedgerView {
  accounts: { account: LedgerAccount; currency: string; balance: Amount }[];
  /** The sum of all accounts of each currency: always zero. */
  sums: Record<string, Amount>;
  journal: {
    at: string;
    reason: string;
    reference: string;
    transfers: { from: LedgerAccount; to: LedgerAccount; currency: string; amount: Amount }[];
  }[];
}

/** A deposit. */
export interface DepositView {
  id: string;
  type: "deposit" | "deposit_exchange";
  /** `lost` is below the minimum: it is not credited, and no callback reports it. */
  status: "not_confirmed" | "confirmed" | "cancelled" | "lost";
  foreign_id: string;
  /** The currency for which the address was taken, if `currency` is another one. */
  expected_currency?: string;
  currency: string;
  address: string;
  memo: string | null;
  amount: Amount;
  received_currency: string;
  received_amount: Amount;
  received_amount_minus_fee: Amount;
  exchange: { ticker: string; rate: Amount; exchanged: Amount } | null;
  confirmations: number;
  required_confirmations: number;
  txid: string;
  error: string;
  seen_at: string;
}

/** Whether a control call waits until the callbacks that it causes have been sent. */
export interface Waiting {
  /**
   * `true` by default. Use `false` inside the handler of a callback: otherwise the sandbox waits for the handler, and
   * the handler for the sandbox.
   */
  wait?: boolean | undefined;
}

/** The target of a deposit: an address, a customer, or a payment. */
export type DepositTarget =
  | { address: string; memo?: string | undefined }
  | { foreign_id: string; currency: string }
  | { session_id: string };

/** A deposit to create. */
export type DepositOrder = DepositTarget &
  Waiting & {
    amount: Amount;
    /** Initial number of confirmations; 0 by default. */
    confirmations?: number | undefined;
    /** Whether it has all confirmations from the start, and is confirmed immediately. */
    confirmed?: boolean | undefined;
    /** Whether it gains confirmations as time passes; `automatic_confirmations` of the settings by default. */
    automatic?: boolean | undefined;
  };

/** A withdrawal. */
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

/** A redirect payment. */
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

/** A callback and all attempts to deliver it. */
export interface CallbackView {
  id: string;
  /** Id of the deposit or withdrawal that it reports. */
  transaction_id: string;
  status: string;
  /** `held`: delayed by the fault `callbacks_out_of_order`; `not_sent`: there was no callback URL. */
  state: "waiting" | "held" | "delivered" | "given_up" | "not_sent";
  /** The exact text that is signed and sent. */
  body: string;
  due_at: string | null;
  attempts: { at: string; manual: boolean; http_status: number | null; error: string | null; finished: boolean }[];
}

/** Faults of the next calls of an endpoint. */
export type FaultKind =
  | "error_code"
  | "latency"
  | "stall"
  | "sever_before"
  | "sever_during"
  | "rate_limit"
  | "server_error"
  | "html"
  | "truncated_json"
  | "wrong_content_type"
  | "empty_body"
  | "redirect";

/** Faults of the next callbacks. */
export type DisorderKind = "duplicate_callback" | "callbacks_out_of_order";

/** A fault of the next calls of an endpoint. */
export interface Fault {
  kind: FaultKind;
  /** Path below the base URL, such as `payments/create-payment`; by default `*`, any endpoint. */
  endpoint?: string | undefined;
  /** Number of calls to which it applies; 1 by default. */
  times?: number | undefined;
  /** The code, for `error_code`. */
  code?: GatewayErrorCode | undefined;
  /** The HTTP status, to replace the usual one. */
  status?: number | undefined;
  /** The header `Retry-After`: seconds or an HTTP date. */
  retry_after?: string | undefined;
  /** The header `Location`, for `redirect`. */
  location?: string | undefined;
  /** Milliseconds before the response; allowed with every kind. */
  latency_ms?: number | undefined;
  /**
   * Whether the call is executed before its response fails. By default `true` for faults that damage the response
   * (latency, stall, sever, truncated_json, wrong_content_type, empty_body), and `false` for those that replace it.
   */
  executes?: boolean | undefined;
}

/** The faults that will apply to the next calls and callbacks. */
export interface FaultsView {
  faults: (Required<Pick<Fault, "endpoint" | "kind" | "times" | "latency_ms">> & Fault)[];
  callbacks: { kind: DisorderKind; times: number }[];
}

/** A currency and its settings. */
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

/** The changeable settings of a currency. A fee is a fraction (`0.01` is 1 %); `null` means that no fee is set up. */
export type CurrencyChange = Partial<
  Pick<
    CurrencyView,
    | "minimum_amount"
    | "confirmations"
    | "deposit_fee_percent"
    | "withdrawal_fee_percent"
    | "exchange_fee_percent"
    | "supported"
    | "withdrawals_enabled"
  >
>;

/** A network and whether it is available. */
export interface NetworkView {
  network: string;
  available: boolean;
}

/**
 * A form of replies, refusals and callbacks: Citron's older or newer documentation (`documented-new` is the default),
 * the API of the CoinsPaid family as of 2020 or 2026, or a mixture that the seed decides (`random`). Citron documents
 * few of its replies, so a shop is ready if it works under each of them.
 */
export type ReplyProfile = "documented-old" | "documented-new" | "family-2020" | "family-2026" | "random";

/** The switches of a profile: the form of everything that the gateway writes. */
export interface ProfileView {
  envelope: "data" | "status_and_data" | "root";
  /** The HTTP status of a reply that created something. */
  created_status: number;
  ping: "json" | "text";
  /** `session_id` and `redirect_url`, or `id` and `url`. */
  payment: "session" | "invoice";
  ids: "uuid" | "integer";
  memo: "memo" | "tag";
  reply_amounts: "text" | "number";
  callback_amounts: "text" | "number";
  /** `confirmation`, `confirmations`, or `confirmations` as text. */
  confirmations: "singular" | "plural" | "plural_text";
  fees: "null_for_deposits" | "list" | "null";
  internal_id: boolean;
  /** Citron's 13 gaps between the attempts of a callback, or the family's 12. */
  schedule: "documented" | "family";
  code_envelope: "flat" | "field_and_code" | "error_and_code" | "nested";
  code_status: "by_code" | "bad_request" | "unprocessable" | "ok";
  field_errors: "text" | "list";
}

/** Settings of the gateway as a whole. */
export interface SettingsView {
  /** Where to send callbacks; with `null` they are only logged. */
  callback_url: string | null;
  /** The form of replies, refusals and callbacks. */
  profile: ReplyProfile;
  /** The form of ids and destination tags in callbacks, if it should differ from the profile's. */
  callback_generation: "newer" | "older";
  withdrawals_enabled: boolean;
  /** Whether withdrawals are confirmed automatically, or wait for `withdrawals.confirm`. */
  automatic_withdrawals: boolean;
  /** Whether deposits gain confirmations as time passes. */
  automatic_confirmations: boolean;
  /**
   * Fields that payments, addresses and withdrawals must have besides the documented ones, such as
   * `end_user_reference`. None by default. A call without one is refused with a 400 that names it.
   */
  required_fields: string[];
  /**
   * Origins of web pages that may call the API, such as `http://localhost:5173`; `*` allows all. None by default: it is
   * not documented whether the gateway allows pages.
   */
  allowed_origins: string[];
}
