// The Worker, with its objects' statements counted: `GET /counts` returns the rows that they read and wrote since the
// last such request, and the alarms that they set, as Cloudflare bills them.
import worker, { CheckoutShard, IdempotencyShard, InboxShard } from "citrn-worker";

const counts = { rowsRead: 0, rowsWritten: 0, alarms: 0 };
const counted = new WeakSet();

/** Replaces a method of all objects of a class. */
function replace(object, name, method) {
  const prototype = Object.getPrototypeOf(object);
  if (counted.has(prototype)) return;
  counted.add(prototype);
  const original = prototype[name];
  prototype[name] = function (...values) {
    return method.call(this, original, values);
  };
}

function count({ storage }) {
  replace(storage.sql, "exec", function (exec, values) {
    const cursor = exec.apply(this, values);
    const { columnNames } = cursor;
    const rows = [...cursor.raw()];
    counts.rowsRead += cursor.rowsRead;
    counts.rowsWritten += cursor.rowsWritten;
    return { columnNames, raw: () => rows.values() };
  });
  replace(storage, "setAlarm", function (setAlarm, values) {
    counts.alarms += 1;
    return setAlarm.apply(this, values);
  });
}

const counting = (Shard) =>
  class extends Shard {
    constructor(state, env) {
      count(state);
      super(state, env);
    }
  };

const classes = [CheckoutShard, IdempotencyShard, InboxShard].map(counting);
const [CountedCheckout, CountedIdempotency, CountedInbox] = classes;
export { CountedCheckout as CheckoutShard, CountedIdempotency as IdempotencyShard, CountedInbox as InboxShard };

export default {
  fetch(request, env, context) {
    if (new URL(request.url).pathname !== "/counts") return worker.fetch(request, env, context);
    const response = Response.json(counts);
    Object.assign(counts, { rowsRead: 0, rowsWritten: 0, alarms: 0 });
    return response;
  },
};
