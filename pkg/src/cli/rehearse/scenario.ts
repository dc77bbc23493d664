// The parts of a rehearsal.

import type { Credit, Gateway } from "./gateway.js";

/** One callback to post. */
export interface Delivery {
  /** Names it in the report, such as `confirmed`. */
  readonly label: string;
  readonly body: string;
  /** Replaces the signature of the body; `null` leaves the header out. The handler must then refuse the callback. */
  readonly forgedSignature?: string | null;
}

/** The callbacks of a scenario, and the credits of a correct shop. */
export interface Script {
  /** Deliveries in their order; those of one step are sent concurrently. */
  readonly steps: readonly (readonly Delivery[])[];
  /** The credits of the scenario's customers. */
  readonly credits: readonly Credit[];
  /** Whether a correct shop may leave them to a person instead. */
  readonly mayBeReviewed?: boolean;
  /** Amounts that usual mistakes would credit, besides those before fees. */
  readonly mistakes?: readonly Mistake[];
}

/** A wrong amount with its probable cause. */
export interface Mistake {
  readonly currency: string;
  readonly amount: string;
  /** Ends the sentence "credited 50 USDTT, which is". */
  readonly is: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** A scenario: how its callbacks are made, and what to do if the shop fails it. */
export interface Scenario {
  readonly name: string;
  /** Describes it, such as "a deposit is seen and then confirmed". */
  readonly description: string;
  /** What to do if the shop fails it in a way that does not explain itself. */
  readonly advice: string;
  /** Whether it is rehearsed under each profile, or only under the first, because its bytes matter less. */
  readonly underEachProfile: boolean;
  /** Makes its callbacks. The two ids are used by no other scenario: a customer, and another one or a payout. */
  prepare(gateway: Gateway, customer: string, other: string): Promise<Script>;
}
