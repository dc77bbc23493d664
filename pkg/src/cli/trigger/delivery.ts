// The Worker's delivery of a callback: the event that it makes of it, in the same bytes.
import { createHash } from "node:crypto";
import { type CallbackEventData, callbackHandler, type Citrn } from "../../index.js";

const RECEIVED = "callback.received";
const AMENDED = "callback.amended";
const CONFLICT = "callback.conflict";

/** A delivery of the Worker. */
export interface Delivery {
  /** Id of the event. */
  readonly id: string;
  readonly body: string;
}

/** The event of an earlier callback of the same transaction. */
interface Earlier {
  readonly callback: string;
  readonly status: string | null;
  readonly isFinal: boolean;
  readonly delivery: Delivery;
}

/** Makes the deliveries of the callbacks of one transaction. */
export class Deliveries {
  readonly #citrn: Citrn;
  readonly #earlier: Earlier[] = [];

  /** @param citrn a client with any secret: it only reads the callbacks */
  constructor(citrn: Citrn) {
    this.#citrn = citrn;
  }

  /** Returns the delivery of a callback. The same callback again is the same event, as when it is redelivered. */
  async of(callback: string): Promise<Delivery> {
    const known = this.#earlier.find((earlier) => earlier.callback === callback);
    if (known) return known.delivery;
    const read = await this.#read(callback);
    const { callback_id: transaction, status, is_final: isFinal } = read;
    const type = this.#typeOf(read);
    const superseded = transaction !== null && !isFinal && this.#earlier.some((earlier) => earlier.isFinal);
    const isReceived = type === RECEIVED;
    const data = {
      ...{ callback_id: transaction, status, superseded, customer_id: read.customer_id, is_final: isFinal },
      ...{ is_deposit: read.is_deposit, ...(read.is_unexpected_currency && { is_unexpected_currency: true }) },
      credit: isReceived ? read.credit : null,
      // The other types are reasons for a review.
      review: isReceived ? read.review : type.replace("callback.", ""),
    };
    const head = JSON.stringify({ type, timestamp: new Date().toISOString(), data });
    // The callback's own text, to the last digit.
    const content =
      transaction !== null && isPortable(callback)
        ? `"callback":${callback}`
        : `"callback":null,"body_base64":"${Buffer.from(callback).toString("base64")}"`;
    const body = `${head.slice(0, -2)},${content}}}`;
    const delivery = { id: eventId(transaction, status, type, callback), body };
    this.#earlier.push({ callback, status, isFinal, delivery });
    return delivery;
  }

  /** Returns the fields that the package's handler derives from a callback, as the Worker does. */
  async #read(callback: string): Promise<CallbackEventData> {
    let data: CallbackEventData | undefined;
    const take = (event: { data: CallbackEventData }) => {
      data = event.data;
    };
    const errors: unknown[] = [];
    const handle = callbackHandler({
      citrn: this.#citrn,
      process: async (event) => {
        take(event);
        return "done";
      },
      review: take,
      onError: (error) => errors.push(error),
    });
    const headers = this.#citrn.callbacks.sign(callback);
    await handle(new Request("http://localhost/", { method: "POST", body: callback, headers }));
    if (!data) throw errors[0] ?? new Error("The handler did not take its own callback.");
    return data;
  }

  /** Classifies a callback by the earlier ones. */
  #typeOf({ callback_id, status, is_final }: CallbackEventData): string {
    if (callback_id === null) return "callback.unreadable";
    if (this.#earlier.some((earlier) => earlier.status === status)) return AMENDED;
    const contradicts = is_final && this.#earlier.some((earlier) => earlier.isFinal);
    return contradicts ? CONFLICT : RECEIVED;
  }
}

/** Whether every JSON reader takes a callback: its numbers are finite, and no text has half of a surrogate pair. */
function isPortable(callback: string): boolean {
  let found = false;
  JSON.parse(callback, (_, value) => {
    found ||= typeof value === "number" ? !Number.isFinite(value) : /\p{Surrogate}/u.test(String(value));
    return value;
  });
  return !found;
}

/** Returns the id of an event. The Worker derives it from the transaction, its status, and for some types the body. */
function eventId(transaction: string | null, status: string | null, type: string, callback: string): string {
  const hash = (text: string) => createHash("sha256").update(text).digest("hex");
  const event = [transaction ?? "", status ?? ""];
  if (transaction === null || type === AMENDED) event.push(hash(callback));
  const key = transaction ?? `\0${hash(callback)}`;
  return `evt_${hash(key).slice(0, 8)}${hash(event.join("\0")).slice(0, 24)}`;
}
