// docs/reconciling.md: its query makes the ledger, its command compares it, and its report is the command's.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { samplesOf } from "../crediting/samples.mjs";
import { date, startAccount } from "./reconciling.mjs";

const page = samplesOf("docs/reconciling.md");
/** @param {string} name */
const sample = (name) => /** @type {string} */ (page.get(name));

/** Moves the dates of the page to the days of the account. @param {string} text */
const moved = (text) => text.replaceAll(/2026-11-0(\d)/g, (_, day) => date(Number(day)));

test("the page's command finds what its report shows", async () => {
  const account = await startAccount({ seed: "page" });
  try {
    const credits = new DatabaseSync(":memory:");
    credits.exec(/** @type {string} */ (samplesOf("docs/crediting.md").get("sqlite-schema")));
    /** @param {string} id @param {string} amount */
    const credit = (id, amount) =>
      credits.prepare("insert into credits values (?, 'user-17', 'USDTT', ?)").run(id, amount);
    await account.at(1, "10:00:00");
    const right = await account.deposit("500");
    credit(right.id, "495");
    await account.at(2, "15:30:00");
    const rows = await account.exchange("USDTT", "BTC", "400");
    await account.at(3, "10:00:00");
    await account.withdraw();
    await account.at(4, "10:00:00");
    await account.dropping(() => account.deposit("50"));
    await account.at(5, "10:00:00");
    const missing = await account.deposit("60");
    await account.at(6, "10:00:00");
    const wrong = await account.deposit("70", { foreign_id: "user-18" });
    credit(wrong.id, "70");
    await account.at(9, "10:00:00");

    const [columns, ...others] = moved(sample("other")).trim().split("\n");
    const amounts = (/** @type {string[]} */ lines) => lines.map((line) => line.split(",").slice(1, 3).join(" "));
    assert.deepEqual(
      amounts(others),
      amounts(rows).map((row) => row.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "")),
    );
    account.csv("other.csv", columns, others);
    const exported = credits.prepare(sample("ledger")).all();
    account.csv(
      "credits.csv",
      Object.keys(exported[0]).join(","),
      exported.map((row) => Object.values(row).join(",")),
    );

    const [, , command] = moved(sample("command")).replaceAll("\\\n", "").split("\n");
    const args = command.replace("https://pay.shop.example", account.url).split(/ +/);
    assert.deepEqual(args.splice(0, 2), ["npx", "citrn"]);
    const { exit, stdout, stderr } = await account.command(args);
    assert.equal(exit, 1, stderr);
    const ids = { "1d0c7a": missing.id, "8f21e9": wrong.id };
    const expected = moved(sample("report")).replaceAll(/1d0c7a|8f21e9/g, (id) => ids[id]);
    assert.equal(stdout.replaceAll(/10:00:0\d\.\d{3}Z/g, "10:00:00.000Z"), expected);
  } finally {
    await account.close();
  }
});
