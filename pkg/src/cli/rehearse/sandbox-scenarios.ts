// The sandbox's scenarios: whole courses of events, with their callbacks and credits.
import { RAW_BYTES } from "./forms.js";
import type { Gateway, ScenarioRun } from "./gateway.js";
import { ONE_TRANSACTION } from "./repeats.js";
import type { Delivery, Scenario, Script } from "./scenario.js";
import { NO_CREDIT_FOR_PAYOUTS, ONLY_CONFIRMED } from "./statuses.js";

const FIRST_FINAL = "Only the first final status of a transaction counts; answer 200 to those that come later too.";

/** A deposit in this scenario may also wait for a person. */
const CROSS_CURRENCY = "cross-currency-deposit";

/** What to do if a shop fails a scenario. */
const ADVICE: Readonly<Record<string, string>> = {
  "deposit-below-minimum": ONLY_CONFIRMED,
  [CROSS_CURRENCY]:
    "Credit the currency of currency_received, whatever currency the address is for, or have a person decide.",
  "several-deposits": "Tell deposits apart by id only, not by their address, amount or customer.",
  "deposit-cancelled-later": `${FIRST_FINAL} Keep the credit, and have a person look at it.`,
  "payment-request": "A callback with payment_request_id and without id is no deposit: credit nothing, and answer 200.",
  "callbacks-twice": ONE_TRANSACTION,
  "callbacks-out-of-order": FIRST_FINAL,
  "php-escapes": RAW_BYTES,
  "withdrawal-declined": NO_CREDIT_FOR_PAYOUTS,
  "withdrawal-approved": NO_CREDIT_FOR_PAYOUTS,
  "withdrawal-without-amounts": NO_CREDIT_FOR_PAYOUTS,
};
const OTHER_ADVICE = "Credit each confirmed deposit once, by its id, and answer every callback with 200.";

/** Returns the scenarios of the sandbox. */
export async function sandboxScenarios(gateway: Gateway): Promise<Scenario[]> {
  const views = await gateway.scenarios();
  return views.map(({ name, description }) => ({
    ...{ name, description, advice: ADVICE[name] ?? OTHER_ADVICE, underEachProfile: true },
    prepare: async (current, customer) => ({
      ...scriptOf(await current.runScenario(name, customer), customer),
      mayBeReviewed: name === CROSS_CURRENCY,
    }),
  }));
}

/** Returns the callbacks of a run in the order in which they arrive; those of one moment are concurrent. */
function scriptOf({ expected, transactions }: ScenarioRun, customer: string): Script {
  const steps: { at: number; deliveries: Delivery[] }[] = [];
  const unsent = transactions.map((callbacks) => [...callbacks]);
  const sent = new Map<string, string>();
  for (const { after_seconds: at, transaction, status } of expected.callbacks) {
    const callbacks = unsent[transaction - 1] ?? [];
    const index = callbacks.findIndex((callback) => callback.status === status);
    const key = `${transaction} ${status}`;
    // A callback that was sent already is repeated.
    const body = callbacks.splice(index, index < 0 ? 0 : 1)[0]?.body ?? sent.get(key);
    if (body === undefined) throw new Error(`The sandbox made no ${status} callback of transaction ${transaction}.`);
    sent.set(key, body);
    const delivery = { label: `${status}, transaction ${transaction}`, body };
    const latest = steps.at(-1);
    if (latest?.at === at) latest.deliveries.push(delivery);
    else steps.push({ at, deliveries: [delivery] });
  }
  const credits = expected.ledger.map((balance) => ({ customer, ...balance }));
  return { steps: steps.map(({ deliveries }) => deliveries), credits };
}
