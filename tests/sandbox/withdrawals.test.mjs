import assert from "node:assert/strict";
import { test } from "node:test";
import { Citrn } from "citrn";
import { balance, merchantFor, sandboxFor } from "./gateway.mjs";

test("a withdrawal can be held, and then confirmed or declined", async (t) => {
  const { url, received: bodies } = await merchantFor(t);
  const sandbox = await sandboxFor(t, { callbackUrl: url });
  await sandbox.clock.freeze();
  await sandbox.balances.credit({ currency: "USDTT", amount: "1000" });
  const citrn = new Citrn({ apiKey: sandbox.apiKey, secret: sandbox.secret, baseUrl: sandbox.baseUrl });
  const payOut = (foreign_id) =>
    citrn.withdrawals.create({
      foreign_id,
      address: "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
      amount: "25",
      currency: "USDTT",
    });
  const [first, second] = [await payOut("1"), await payOut("2")];
  await sandbox.withdrawals.hold(first.id, { reason: "limit" });
  await sandbox.withdrawals.hold(second.id);
  await assert.rejects(sandbox.withdrawals.hold(first.id), { httpStatus: 409, message: /already pending or final/ });
  // Pending withdrawals are not sent by themselves.
  await sandbox.clock.advance({ days: 1 });
  assert.equal((await sandbox.withdrawals.confirm(first.id)).status, "confirmed");
  assert.equal((await sandbox.withdrawals.decline(second.id, { reason: "no" })).status, "declined");
  for (const call of ["hold", "decline", "confirm", "cancel"])
    await assert.rejects(sandbox.withdrawals[call](second.id), { httpStatus: 409 });
  assert.deepEqual(
    bodies.map(({ json }) => [json.foreign_id, json.status, json.error]),
    [
      ["1", "pending", "limit"],
      ["2", "pending", "above a limit of the account"],
      ["1", "confirmed", ""],
      ["2", "declined", "no"],
    ],
  );
  assert.equal(await balance(sandbox, "USDTT"), "974.75000000");
});
