// A reporter for `node --test`: one line of JSON with the totals, however many files and nested tests there were.

/** @param {AsyncIterable<{ type: string, data: any }>} events */
export default async function* counts(events) {
  const totals = { pass: 0, fail: 0, cancelled: 0, skipped: 0, todo: 0 };
  for await (const { type, data } of events) {
    if (type !== "test:diagnostic" || data.nesting !== 0) continue;
    const [name, value] = data.message.split(" ");
    if (Object.hasOwn(totals, name)) totals[name] = Number(value);
  }
  yield `${JSON.stringify(totals)}\n`;
}
