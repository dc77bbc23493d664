import type { GatewayErrorCode } from "../endpoints.js";

/** An amount or a rate: decimal text, never a JavaScript number. */
export type Amount = string;

/** The sandbox's time. */
export interface ClockView {
  /** RFC 3339, UTC. */
  now: string;
  frozen: boolean;
}

/** A call of the API or the pay page, and what came of it. */
export interface RequestView {
  at: string;
  method: string;
  path: string;
  /** The method's name in this package, such as `payments.create`. */
  endpoint: string | null;
  status: number;
  /** The code of the refusal, if it was refused. */
  code: string | null;
  /** What a person needs to know about the refusal, such as why a signature is wrong. */
  reason: string | null;
  /** What was sent, without the field `key`. */
  parameters: Record<string, unknown> | null;
  /** The fault that was applied, if one was. */
  fault: FaultKind | null;
}

/** Accounts of the double-entry ledger. */
export type LedgerAccount = "merchant" | "fees" | "in_flight" | "exchange" | "world";

/** The money: accounts, sums and the latest postings. */
export interface LedgerView {
  accounts: { account: LedgerAccount; currency: string; balance: Amount }[];
  /** What the accounts of each currency add up to: zero, always. */
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
  /** `lost` is below the minimum: neither credited nor told of. */
  status: "not_confirmed" | "confirmed" | "cancelled" | "lost";
  foreign_id: string;
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

/** Whether a control call answers only when the callbacks that it sets off were sent. */
export interface Waiting {
  /**
   * `true` by default. Say `false` where the call is made inside the handler of a callback: the sandbox would wait for
   * the handler, and the handler for the sandbox.
   */
  wait?: boolean | undefined;
}

/** Where a deposit goes: to an address, to a customer, or to a payment. */
export type DepositTarget =
  | { address: string; memo?: string | undefined }
  | { foreign_id: string; currency: string }
  | { session_id: string };

/** A deposit to be made. */
export type DepositOrder = DepositTarget &
  Waiting & {
    amount: Amount;
    /** Confirmations that it is seen with; none by default. */
    confirmations?: number | undefined;
    /** Whether it is seen with all confirmations that it needs, and so is confirmed at once. */
    confirmed?: boolean | undefined;
    /** Whether it gathers confirmations by itself as time goes by; as in the settings by default. */
    automatic?: boolean | undefined;
  };

/** A withdrawal. */
export interface WithdrawalView {
  id: string;
  foreign_id: string;
  type: "withdrawal" | "withdrawal_exchange";
  status: "processing" | "confirmed" | "cancelled";
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

/** A callback and every attempt to deliver it. */
export interface CallbackView {
  id: string;
  /** Id of the deposit or withdrawal that it tells of. */
  transaction_id: string;
  status: string;
  /** `held` is held back by the fault `callbacks_out_of_order`; `not_sent` had no callback URL. */
  state: "waiting" | "held" | "delivered" | "given_up" | "not_sent";
  /** The exact text that is signed and sent. */
  body: string;
  due_at: string | null;
  attempts: { at: string; manual: boolean; http_status: number | null; error: string | null; finished: boolean }[];
}

/** What goes wrong with the next calls of an endpoint. */
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

/** What goes wrong with the next callbacks. */
export type DisorderKind = "duplicate_callback" | "callbacks_out_of_order";

/** A fault of the next calls of an endpoint. */
export interface Fault {
  kind: FaultKind;
  /** Path below the base URL, such as `payments/create-payment`; `*`, any endpoint, by default. */
  endpoint?: string | undefined;
  /** For how many calls; 1 by default. */
  times?: number | undefined;
  /** The code, for `error_code`. */
  code?: GatewayErrorCode | undefined;
  /** The HTTP status, where another one than the usual is wanted. */
  status?: number | undefined;
  /** The header `Retry-After`: seconds or an HTTP date. */
  retry_after?: string | undefined;
  /** The header `Location`, for `redirect`. */
  location?: string | undefined;
  /** Milliseconds before the response; goes with every kind. */
  latency_ms?: number | undefined;
  /**
   * Whether the call is carried out before its response goes wrong. By default it is for what happens to a response on its
   * way (latency, stall, sever, truncated_json, wrong_content_type, empty_body) and is not for what takes its place.
   */
  executes?: boolean | undefined;
}

/** The faults that wait for their calls and callbacks. */
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

/** What can be set about a currency. A fee is a fraction (`0.01` is 1 %); `null` means that none is set up. */
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

/** Settings of the gateway as a whole. */
export interface SettingsView {
  /** Where callbacks go; without it they are only logged. */
  callback_url: string | null;
  /** How callback bodies are rendered: the documentation shows two generations. */
  callback_generation: "newer" | "older";
  withdrawals_enabled: boolean;
  /** Whether withdrawals are sent to the blockchain by themselves, or wait for `withdrawals.confirm`. */
  automatic_withdrawals: boolean;
  /** Whether deposits gather confirmations by themselves as time goes by. */
  automatic_confirmations: boolean;
  /**
   * Origins of web pages that may call the API, such as `http://localhost:5173`; `*` stands for all. None by default, since it is
   * not documented whether the gateway lets pages in.
   */
  allowed_origins: string[];
}
