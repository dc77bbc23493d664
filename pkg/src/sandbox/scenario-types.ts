import type { Amount, CallbackView } from "./types.js";

/** A named course of events, and its outcome at a correct shop. */
export interface ScenarioView {
  name: string;
  /** Describes it in one line. */
  description: string;
  expected: {
    /** The callbacks in the order in which they arrive at a shop that answers each with 200. */
    callbacks: ExpectedCallback[];
    /** The amounts that a correct shop has credited to the customer at the end, one for each currency. */
    ledger: { currency: string; amount: Amount }[];
    /** The withdrawal and its final state in the books of a correct shop, if the scenario has one. */
    payout: { currency: string; amount: Amount; state: "paid" | "not_paid" } | null;
  };
}

/** A callback that a scenario sends. */
export interface ExpectedCallback {
  /** The time since the start of the scenario, on the sandbox's clock. */
  after_seconds: number;
  /** The number of its transaction in the scenario, from 1. */
  transaction: number;
  type: string;
  status: string;
}

/** A run of a scenario. */
export interface ScenarioRunView extends ScenarioView {
  id: string;
  /** The customer whose deposits it makes, as `foreign_id` in the callbacks. */
  customer_id: string;
  /** The merchant's id of the withdrawal, as `foreign_id` in its callbacks. */
  payout_id: string | null;
  started_at: string;
  /** The transactions in the order of their creation: the number of an expected callback is an index, from 1. */
  transaction_ids: string[];
  /** The callbacks of these transactions, in the order of their creation, with every attempt. */
  callbacks: CallbackView[];
}
