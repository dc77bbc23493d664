// The tables of docs/scaling.md, computed from measurements and from Cloudflare's limits and prices.
import { digits, table } from "../report.mjs";

/** The payments a day of the columns. */
const LOADS = [10_000, 100_000, 1_000_000, 10_000_000];

const CALLBACKS = 2;
const PEAK = 5;
const INBOX_OBJECTS = 8;
const KEY_OBJECTS = 16;
const FULL = 10e9;
const RETENTIONS = [30, 7, 1];
const MONTH_DAYS = 30;
const DAY_SECONDS = 86_400;

/** The events per second and object that six connections deliver to a shop that answers within 200 ms. */
const DELIVERED_PER_SECOND = 6 / 0.2;

/** The rows that deleting a key writes: the table's and the index's. */
const KEY_DELETED = 2;

/** Dollars a month: what is included, and the price of a million more. */
const PRICES = {
  workerRequests: { included: 10e6, million: 0.3 },
  objectRequests: { included: 1e6, million: 0.15 },
  rowsWritten: { included: 50e6, million: 1 },
  gigabyteSeconds: { included: 400_000, million: 12.5 },
};
const GIGABYTE_MONTH = { included: 5, price: 0.2 };

/** An object's memory in GB, and the most seconds that a request keeps it active. */
const MEMORY = 0.128;
const ACTIVE_SECONDS = 10;

const price = (/** @type {keyof typeof PRICES} */ what, /** @type {number} */ amount) =>
  (Math.max(0, amount - PRICES[what].included) / 1e6) * PRICES[what].million;

const gigabytes = (/** @type {number} */ bytes) => `${digits(bytes / 1e9)} GB`;
const millions = (/** @type {number} */ count) => `${digits(count / 1e6)} million`;

const dollarsOf = (/** @type {number} */ dollars) => `$${Math.ceil(dollars).toLocaleString("en")}`;

/** Returns the time until an object is full. @param {number} days */
function duration(days) {
  if (days > 50 * 365) return "more than 50 years";
  if (days > 2 * 365) return `${Math.floor(days / 365)} years`;
  return days < 2 ? `${Math.floor(days * 24)} hours` : `${Math.floor(days)} days`;
}

/** Returns the rows written by an operation, its alarms included. @param {import("./scale.mjs").Counts} counts */
const written = ({ rowsWritten, alarms }) => rowsWritten + alarms;

/** @param {import("./scale.mjs").Scale} scale */
function measuredTable({ perSecond, counts, bytes, migrationMilliseconds }) {
  const { stored, delivered, dropped, payment, link } = counts;
  const steps = [written(stored), written(delivered) - written(stored), written(dropped) - written(delivered)];
  return table(
    ["figure", "measured"],
    [
      ["callbacks stored per second, by one object", digits(perSecond.callback)],
      ["payments with a key per second, by all 16 objects", digits(perSecond.payment)],
      ["checkout links per second, by all 16 objects", digits(perSecond.link)],
      [
        "rows written for a callback: stored, delivered, body dropped",
        steps.map((rows) => rows.toFixed(1)).join(" + "),
      ],
      ["rows read for a callback, in all", dropped.rowsRead.toFixed(1)],
      ["rows written for a payment with a key, without its deletion", written(payment).toFixed(1)],
      ["rows written for a checkout link, without its payer's visits", written(link).toFixed(1)],
      ["bytes of a callback with a body of 1 KB", digits(bytes.withBody)],
      ["bytes of a callback without its body", digits(bytes.withoutBody)],
      ["bytes of a key, and of a link", `${digits(bytes.key)}, ${digits(bytes.link)}`],
      ["latest migration, for a million callbacks with bodies", `${digits(migrationMilliseconds / 1000)} s`],
    ],
  );
}

/** Returns the costs of a month in dollars. */
function costs(payments, { counts }, storedBytes) {
  const perMonth = payments * MONTH_DAYS;
  const rows = perMonth * (written(counts.payment) + KEY_DELETED + CALLBACKS * written(counts.dropped));
  const requests = perMonth * (1 + CALLBACKS * 2);
  const active = Math.min((INBOX_OBJECTS + KEY_OBJECTS) * DAY_SECONDS * MONTH_DAYS, requests * ACTIVE_SECONDS);
  const storage = Math.max(0, storedBytes / 1e9 - GIGABYTE_MONTH.included) * GIGABYTE_MONTH.price;
  const dollars =
    price("rowsWritten", rows) +
    price("objectRequests", requests) +
    price("workerRequests", perMonth * (1 + CALLBACKS)) +
    price("gigabyteSeconds", active * MEMORY);
  return { rows, requests, storage, dollars };
}

/** @param {import("./scale.mjs").Scale} scale */
function loadTable(scale) {
  const { bytes } = scale;
  const perObject = LOADS.map((payments) => (payments * CALLBACKS) / INBOX_OBJECTS);
  const full = (/** @type {number} */ retention) =>
    perObject.map((events) => {
      const bodies = retention * events * (bytes.withBody - bytes.withoutBody);
      const days = (FULL - bodies) / (events * bytes.withoutBody);
      return duration(days >= retention ? days : FULL / (events * bytes.withBody));
    });
  const month = LOADS.map((payments) => costs(payments, scale, payments * CALLBACKS * 7 * bytes.withBody));
  return table(
    ["payments a day", ...LOADS.map((payments) => payments.toLocaleString("en"))],
    [
      [
        "callbacks per second and inbox object: average, peak",
        ...perObject.map((events) => `${digits(events / DAY_SECONDS)}, ${digits((events / DAY_SECONDS) * PEAK)}`),
      ],
      [
        `the peak's share of ${DELIVERED_PER_SECOND} deliveries per second`,
        ...perObject.map((events) => `${digits(((events * PEAK) / DAY_SECONDS / DELIVERED_PER_SECOND) * 100)} %`),
      ],
      ["an inbox object grows a day by", ...perObject.map((events) => gigabytes(events * bytes.withBody))],
      ["of which stays for good, a year", ...perObject.map((events) => gigabytes(events * bytes.withoutBody * 365))],
      ...RETENTIONS.map((days) => [`full, if \`INBOX_RETENTION_DAYS\` is ${days}, after`, ...full(days)]),
      [
        "an idempotency object has, at most",
        ...LOADS.map((payments) => gigabytes((payments / KEY_OBJECTS) * bytes.key)),
      ],
      ["rows written a month", ...month.map(({ rows }) => millions(rows))],
      ["requests to objects a month", ...month.map(({ requests }) => millions(requests))],
      ["costs a month without storage, at most", ...month.map(({ dollars }) => dollarsOf(dollars))],
      ["storage a month, if `INBOX_RETENTION_DAYS` is 7", ...month.map(({ storage }) => dollarsOf(storage))],
    ],
  );
}

/** Returns the tables by the names of their places. @param {import("./scale.mjs").Scale} scale */
export const scalingTables = (scale) => ({ measured: measuredTable(scale), load: loadTable(scale) });
