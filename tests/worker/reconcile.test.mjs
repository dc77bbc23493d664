// `citrn reconcile` against the sandbox and the Worker on workerd, whose clocks pass through a fortnight.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ADDRESSES } from "../sandbox/gateway.mjs";
import { date, differencesIn, startAccount } from "./reconciling.mjs";

const NONE = { exit: 0, stderr: "" };
let account;

before(async () => {
  account = await startAccount({ seed: "reconcile" });
  await account.sandbox.balances.credit({ currency: "USDTT", amount: "1000" });
});
after(() => account?.close());

describe("a week without a lost callback", () => {
  const deposits = [];
  let other, ledger;

  before(async () => {
    await account.at(1, "10:00:00");
    deposits.push(await account.deposit("50"));
    deposits.push({ ...(await account.deposit("0.01", { currency: "BTC" })), currency: "BTC" });
    await account.at(2, "12:00:00");
    await account.withdraw();
    // Seen before midnight, and confirmed after it.
    await account.at(2, "23:59:50");
    const { address } = await account.citrn.addresses.take({ foreign_id: "user-18", currency: "USDTT" });
    const { id, received_amount_minus_fee } = await account.sandbox.deposits.create({ address, amount: "12.345678" });
    await account.at(3, "00:00:20");
    await account.sandbox.deposits.confirm(id);
    deposits.push({ id, amount: received_amount_minus_fee });
    await account.at(3, "15:00:00");
    other = account.csv("other.csv", "date,currency,amount", await account.exchange("USDTT", "BTC", "400"));
    // Confirmed before midnight, but its callback comes after it.
    await account.at(3, "23:59:40");
    deposits.push(await account.failing(() => account.deposit("33.3")));
    await account.at(4, "00:01:00");
    // Debited before midnight, and sent after it.
    await account.at(4, "23:59:58");
    const payout = { address: ADDRESSES.tron, foreign_id: "at-midnight", amount: "10", currency: "USDTT" };
    await account.citrn.withdrawals.create(payout);
    await account.at(5, "00:00:30");
    await account.at(5, "09:00:00");
    await account.withdraw({ currency: "USDTT", convert_to: "BTC", address: ADDRESSES.bitcoin, amount: "100" });
    deposits.push({ ...(await account.deposit("0.02", { currency: "BTC", convert_to: "EUR" })), currency: "EUR" });
    const cancelled = await account.citrn.withdrawals.create({ ...payout, foreign_id: "cancelled" });
    await account.sandbox.withdrawals.cancel(cancelled.id);
    await account.at(6, "12:00:00");
    ledger = account.ledger("ledger.csv", deposits);
  });

  it("has no difference", async () => {
    const { stdout, ...rest } = await account.reconcile(1, 5, "--other", other, "--ledger", ledger);
    assert.deepEqual(rest, NONE, stdout);
    assert.equal(
      stdout,
      `${date(1)} to ${date(5)} (UTC): no difference between the inbox and the gateway's balances and ${ledger}.\n` +
        "The inbox has 5 deposits and 3 withdrawals, confirmed on these days.\n",
    );
  });

  for (const day of [1, 2, 3, 4, 5]) {
    it(`has no difference on day ${day} alone, whatever comes after midnight`, async () => {
      const { stdout, ...rest } = await account.reconcile(day, day, "--other", other, "--ledger", ledger);
      assert.deepEqual(rest, NONE, stdout);
    });
  }

  it("has the exchange as two differences if no file names it", async () => {
    const result = await account.reconcile(1, 5, "--json");
    assert.equal(result.exit, 1);
    assert.deepEqual(differencesIn(result), [
      { kind: "balance", currency: "BTC", day: date(3), amount: await received("BTC") },
      { kind: "balance", currency: "USDTT", day: date(3), amount: "-400" },
    ]);
  });

  /** Returns what the exchange brought in, from the sandbox's journal. */
  async function received(currency) {
    const { journal } = await account.sandbox.ledger.get();
    const { transfers } = journal.find(({ reason }) => reason === "exchange");
    const transfer = transfers.find((one) => one.currency === currency && one.to === "merchant");
    return transfer.amount.replace(/0+$/, "");
  }
});

describe("a week with lost callbacks", () => {
  let lost;

  before(async () => {
    await account.at(7, "10:00:00");
    await account.deposit("20");
    await account.at(9, "10:00:00");
    await account.deposit("20");
    lost = await account.dropping(() => account.deposit("77.000001"));
    await account.at(10, "10:00:00");
    await account.withdraw();
    await account.at(11, "10:00:00");
    await account.dropping(() => account.withdraw({ amount: "30" }));
    await account.dropping(() => account.deposit("0.5", { currency: "BTC" }));
    await account.at(13, "00:05:00");
  });

  it("has the lost deposit, its exact amount and its day", async () => {
    const { exit, stdout, stderr } = await account.reconcile(7, 10);
    assert.deepEqual({ exit, stderr }, { exit: 1, stderr: "" });
    const [amount] = /^\d+\.\d*[1-9]/.exec(lost.amount);
    const gap = `balance  ${date(9)}: ${amount} USDTT came in that no event explains`;
    assert.ok(stdout.startsWith(`${gap}; a deposit's callback may be lost\n`), stdout);
    assert.equal(stdout.split("\n").filter((one) => one.startsWith("balance")).length, 1);
  });

  it("has each loss of a currency on its day, with fees", async () => {
    const result = await account.reconcile(6, 12, "--json");
    assert.equal(result.exit, 1);
    assert.deepEqual(differencesIn(result), [
      { kind: "balance", currency: "BTC", day: date(11), amount: "0.495" },
      { kind: "balance", currency: "USDTT", day: date(9), amount: lost.amount.replace(/0+$/, "") },
      { kind: "balance", currency: "USDTT", day: date(11), amount: "-30.3" },
    ]);
  });

  for (const [name, day, amounts] of [
    ["alone", 9, ["76.230001"]],
    ["the day before", 8, []],
    ["the day after", 10, []],
    ["the last day, of which only the current balance follows", 12, []],
  ]) {
    it(`has the loss only on its day: ${name}`, async () => {
      const differences = differencesIn(await account.reconcile(day, day, "--json"));
      assert.deepEqual(
        differences.map(({ amount }) => amount),
        amounts,
      );
    });
  }
});

describe("a ledger with mistakes", () => {
  const header = "id,currency,amount";
  let deposits, others;

  before(async () => {
    await account.at(14, "10:00:00");
    const { sandbox } = account;
    deposits = [];
    for (const amount of ["50", "60", "70", "80"]) deposits.push(await account.deposit(amount));
    await account.at(16, "00:05:00");
    const open = await account.citrn.addresses.take({ foreign_id: "user-19", currency: "USDTT" });
    const { id } = await sandbox.deposits.create({ address: open.address, amount: "90" });
    await sandbox.deposits.cancel(id);
    others = { cancelled: id };
  });

  it("has a difference for each: missing, wrong, double and invented", async () => {
    const [right, missing, wrong, double] = deposits;
    const ledger = account.csv("mistakes.csv", header, [
      `${right.id},USDTT,49.5`,
      `${wrong.id},USDTT,70`,
      `${double.id},USDTT,79.2`,
      "invented,USDTT,5",
      `${double.id},USDTT,79.20`,
      `${others.cancelled},USDTT,89.1`,
    ]);
    const { exit, stdout } = await account.reconcile(14, 15, "--ledger", ledger);
    assert.equal(exit, 1);
    const at = `${date(14)}T10:00:00`;
    const none = "the inbox has no confirmed deposit with this id";
    const lines = stdout.replaceAll(/T10:00:\d\d\.\d+Z/g, "T10:00:00").split("\n");
    assert.deepEqual(lines.slice(0, 5), [
      `missing  deposit ${missing.id} of user-17: 59.4 USDTT, received ${at} is not in ${ledger}`,
      `wrong    deposit ${wrong.id} of user-17: 69.3 USDTT, received ${at}, but ${ledger}:3 has 70 USDTT`,
      `double   deposit ${double.id}: 2 times in ${ledger}, lines 4, 6`,
      `unknown  deposit invented: ${ledger}:5 has 5 USDTT, but ${none}`,
      `unknown  deposit ${others.cancelled}: ${ledger}:7 has 89.1 USDTT, but ${none}`,
    ]);
    assert.match(stdout, /: 5 differences between/);
  });

  it("may have deposits of other days, which are compared too", async () => {
    const rows = deposits.map(({ id, amount }) => `${id},USDTT,${amount}`);
    const { data } = await pageOf(account.worker);
    const first = data.find(({ credit }) => credit);
    const { currency, amount } = first.credit;
    const right = account.csv("more.csv", header, [...rows, `${first.callback_id},${currency},${amount}`]);
    assert.deepEqual(differencesIn(await account.reconcile(14, 15, "--json", "--ledger", right)), []);
    const wrong = account.csv("more.csv", header, [...rows, `${first.callback_id},${currency},1`]);
    const [difference] = differencesIn(await account.reconcile(14, 15, "--json", "--ledger", wrong));
    assert.deepEqual([difference.kind, difference.id, difference.row.amount], ["wrong", first.callback_id, "1"]);
  });
});

/** Returns the first page of the inbox. */
async function pageOf(worker) {
  for await (const page of worker.callbacks.list().pages()) return page;
}

describe("forms of callbacks", () => {
  for (const [day, profile] of [
    [20, "documented-old"],
    [23, "family-2020"],
    [26, "family-2026"],
  ]) {
    it(`have no difference under ${profile}`, async () => {
      await account.at(day, "10:00:00");
      await account.sandbox.settings.set({ profile });
      await account.deposit("50.000001");
      await account.deposit("0.02", { currency: "BTC", foreign_id: "user-20", convert_to: "EUR" });
      await account.withdraw();
      await account.at(day + 2, "00:05:00");
      assert.deepEqual(differencesIn(await account.reconcile(day, day + 1, "--json")), []);
    });
  }

  it("keep digits that are JSON numbers, and name withdrawals without fees", async () => {
    await account.at(30, "10:00:00");
    await account.sandbox.settings.set({ profile: "random" });
    const { random } = await account.sandbox.profiles.list();
    await account.deposit("123456789012.000001");
    const { foreign_id } = await account.withdraw({ amount: "25" });
    await account.at(32, "00:05:00");
    const result = await account.reconcile(30, 31, "--json");
    const fees = random.fees === "null" ? [["USDTT", "-0.25"]] : [];
    assert.deepEqual(
      differencesIn(result).map(({ currency, amount }) => [currency, amount]),
      fees,
    );
    assert.equal(
      JSON.parse(result.stdout).notes.some((note) => note.includes(foreign_id)),
      fees.length > 0,
    );
  });
});

describe("withdrawals that wait for approval", () => {
  for (const [day, outcome] of [
    [34, "confirm"],
    [37, "decline"],
  ]) {
    it(`have no difference on the days of the request and of "${outcome}"`, async () => {
      await account.at(day, "22:00:00");
      await account.sandbox.settings.set({ profile: "documented-new", automatic_withdrawals: false });
      const payout = { address: ADDRESSES.tron, foreign_id: `approval-${day}`, amount: "10", currency: "USDTT" };
      const { id } = await account.citrn.withdrawals.create(payout);
      await account.sandbox.withdrawals.hold(id);
      await account.at(day + 1, "10:00:00");
      await account.sandbox.withdrawals[outcome](id);
      await account.at(day + 2, "12:00:00");
      for (const one of [day, day + 1]) {
        assert.deepEqual(differencesIn(await account.reconcile(one, one, "--json")), [], `day ${one}`);
      }
    });
  }
});

describe("events without a body", () => {
  it("are unclear, unless the ledger has the amount that a person found out", async () => {
    await account.at(40, "10:00:00");
    await account.sandbox.settings.set({ profile: "documented-new" });
    const { id } = await account.deposit("50");
    await account.worker.callbacks.erase(id);
    await account.at(42, "00:05:00");
    const result = await account.reconcile(40, 41, "--json");
    assert.deepEqual(
      differencesIn(result).map(({ kind, amount, reason }) => [kind, amount ?? reason]),
      [
        ["balance", "49.5"],
        ["unclear", "body_dropped"],
      ],
    );
    const ledger = account.csv("by-hand.csv", "id,currency,amount", [`${id},USDTT,49.5`]);
    assert.deepEqual(differencesIn(await account.reconcile(40, 41, "--json", "--ledger", ledger)), []);
  });
});
