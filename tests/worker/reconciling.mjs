// A shop's account over several days: the sandbox, the Worker on workerd, and the command `citrn reconcile`, which all
// have the same clock.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Citrn } from "citrn";
import { startSandbox } from "citrn/sandbox";
import { CitrnWorker } from "citrn/worker";
import { inRoot } from "../../scripts/root.mjs";
import { withdrawal } from "../sandbox/gateway.mjs";
import { makeSettings } from "./caller.mjs";
import { startWorker } from "./workerd.mjs";

const CLI = inRoot("pkg", "bin", "citrn.mjs");
const MS_PER_DAY = 86_400_000;
/** Ahead of the real time, since the sandbox's time never goes back. */
const FIRST_DAY = Math.floor(Date.now() / MS_PER_DAY) + 2;

/** The Worker with a clock that a request sets. */
const WITH_CLOCK = `
import worker from "./worker.js";
export * from "./worker.js";
const real = Date.now;
let ahead = 0;
Date.now = () => real() + ahead;
export default {
  fetch(request, env, context) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname !== "/test-clock") return worker.fetch(request, env, context);
    ahead = Number(searchParams.get("now")) - real();
    return new Response();
  },
};
`;

/** Makes a process begin at another time. */
const SHIFT = "const real = Date.now, ahead = Number(process.env.TEST_NOW) - real(); Date.now = () => real() + ahead;";

/** Returns the date of a day, counted from the first one. @param {number} day */
export const date = (day) => new Date((FIRST_DAY + day) * MS_PER_DAY).toISOString().slice(0, 10);

/**
 * Starts sandbox and Worker at noon of day 0.
 * @param {object} [options] those of the sandbox
 */
export async function startAccount(options = {}) {
  const { settings, tokens } = makeSettings();
  const sandbox = await startSandbox({ apiKey: settings.CITRN_API_KEY, secret: settings.CITRN_SECRET, ...options });
  const server = await startWorker({ ...settings, CITRN_BASE_URL: sandbox.baseUrl }, { wrapper: WITH_CLOCK });
  const callback_url = `${server.url}/callbacks`;
  await sandbox.settings.set({ callback_url });
  const keys = { apiKey: sandbox.apiKey, secret: sandbox.secret };
  const citrn = new Citrn({ ...keys, baseUrl: sandbox.baseUrl });
  const worker = new CitrnWorker({ url: server.url, token: tokens.all });
  const directory = mkdtempSync(path.join(tmpdir(), "citrn-reconcile-"));
  const env = {
    CITRN_WORKER_TOKEN: tokens.all,
    CITRN_API_KEY: keys.apiKey,
    CITRN_SECRET: keys.secret,
    CITRN_BASE_URL: sandbox.baseUrl,
  };
  let now = "";

  const account = {
    ...{ sandbox, worker, citrn, url: server.url, directory, secrets: Object.values(env).slice(0, 3) },
    /** Moves all clocks to a time of a day. @param {number} day @param {string} time */
    async at(day, time) {
      now = `${date(day)}T${time}Z`;
      await fetch(`${server.url}/test-clock?now=${Date.parse(now)}`);
      await sandbox.clock.freeze(now);
    },
    /** Makes a confirmed deposit, and returns its id and the amount that is credited. */
    async deposit(amount, { currency = "USDTT", foreign_id = "user-17", convert_to = undefined } = {}) {
      const { address } = await citrn.addresses.take({ foreign_id, currency, convert_to });
      const { id, received_amount_minus_fee } = await sandbox.deposits.create({ address, amount, confirmed: true });
      return { id, amount: received_amount_minus_fee };
    },
    /** Requests a withdrawal, and sends it. */
    async withdraw(change = {}) {
      const { id, foreign_id } = await citrn.withdrawals.create(withdrawal(change));
      await sandbox.withdrawals.confirm(id);
      return { id, foreign_id };
    },
    /** Makes an exchange, and returns its rows for `--other`. */
    async exchange(from_coin, to_coin, request_amount) {
      const quote = { from_coin, to_coin, request_amount, request_coin: from_coin };
      const { quote_id } = await citrn.exchange.createQuota(quote);
      const { sender_amount, receiver_amount } = await citrn.exchange.makeExchange({ quote_id });
      return [`${now},${from_coin},-${sender_amount}`, `${now},${to_coin},${receiver_amount}`];
    },
    /** Runs a function whose callbacks the gateway never sends. */
    async dropping(action) {
      await sandbox.settings.set({ callback_url: null });
      const result = await action();
      await sandbox.settings.set({ callback_url });
      return result;
    },
    /** Runs a function whose callbacks fail; they come again after a minute. */
    async failing(action) {
      await sandbox.settings.set({ callback_url: "http://127.0.0.1:9/callbacks" });
      const result = await action();
      await sandbox.settings.set({ callback_url });
      return result;
    },
    /** Writes a CSV file, and returns its path. */
    csv(name, header, rows) {
      const file = path.join(directory, name);
      writeFileSync(file, [header, ...rows, ""].join("\n"));
      return file;
    },
    /** Writes a ledger of deposits, and returns its path. */
    ledger: (name, deposits, currency = "USDTT") =>
      account.csv(
        name,
        "id,currency,amount",
        deposits.map((deposit) => [deposit.id, deposit.currency ?? currency, deposit.amount].join(",")),
      ),
    /** Runs the command over days. @param {number} from @param {number} to @param {string[]} args */
    async reconcile(from, to, ...args) {
      const period = ["--worker", server.url, "--from", date(from), "--to", date(to)];
      return account.command(["reconcile", ...period, ...args]);
    },
    /** Runs `citrn` in the directory of the files, at the time of the account. @param {string[]} args */
    async command(args) {
      const start = ["--import", `data:text/javascript,${encodeURIComponent(SHIFT)}`, CLI];
      const variables = { PATH: process.env.PATH, TEST_NOW: String(Date.parse(now)), ...env };
      const options = { cwd: directory, env: variables };
      const child = spawn(process.execPath, [...start, ...args], options);
      const output = { stdout: "", stderr: "" };
      for (const stream of ["stdout", "stderr"]) child[stream].on("data", (chunk) => (output[stream] += chunk));
      const exit = await new Promise((resolve) => child.on("close", resolve));
      for (const secret of account.secrets) assert.ok(!`${output.stdout}${output.stderr}`.includes(secret));
      return { exit, ...output };
    },
    async close() {
      await server.stop();
      await sandbox.close();
      rmSync(directory, { recursive: true });
    },
  };
  await account.at(0, "12:00:00");
  return account;
}

/** Returns the differences of a report in JSON. @param {{ stdout: string, stderr: string }} output */
export function differencesIn({ stdout, stderr }) {
  assert.equal(stderr, "");
  return JSON.parse(stdout).differences;
}
