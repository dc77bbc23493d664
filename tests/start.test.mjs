// `npm start`, as used by a person and by a program.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import http from "node:http";
import { text } from "node:stream/consumers";
import test from "node:test";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("../scripts/start.mjs", import.meta.url));
const CLI = fileURLToPath(new URL("../pkg/bin/citrn.mjs", import.meta.url));
const FREE_PORTS = ["--port", "0", "--sandbox-port", "0"];

/** Starts the script for one test. All its processes inherit `mark` in their environment. */
function launch(t, ...args) {
  const mark = `CITRN_TEST_MARK=${randomUUID()}`;
  const [name, value] = mark.split("=");
  const child = spawn(process.execPath, [SCRIPT, ...args], {
    env: { ...process.env, [name]: value },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // A failed test must not leave servers running: they would also keep this process from exiting.
  t.after(async () => {
    if (child.exitCode === null && child.signalCode === null && child.kill("SIGTERM")) await once(child, "exit");
  });
  return { child, mark };
}

async function finish(t, ...args) {
  const { child } = launch(t, ...args);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { stdout, stderr, code };
}

/** Returns the ids of the running processes with the mark. A zombie has no environment. */
function processesWith(mark) {
  return readdirSync("/proc").filter((id) => {
    if (!/^\d+$/.test(id)) return false;
    try {
      return readFileSync(`/proc/${id}/environ`, "utf8").split("\0").includes(mark);
    } catch (error) {
      if (["ENOENT", "ESRCH", "EACCES"].includes(error.code)) return false;
      throw error;
    }
  });
}

/** Collects output until it matches. Returns the match. */
async function until(stream, pattern) {
  let seen = "";
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    seen += chunk;
    const match = pattern.exec(seen);
    if (match) return { match, seen };
  }
  return assert.fail(`the output ended without ${pattern}:\n${seen}`);
}

const refused = (url) =>
  assert.rejects(fetch(url), (error) => error.cause?.code === "ECONNREFUSED", `${url} still answers`);

/** Posts a form as a browser does. */
const post = (url, form) => fetch(url, { method: "POST", body: new URLSearchParams(form), redirect: "manual" });

/** Returns the text of a page, without the elements that isolate names. */
const textOf = async (url) => (await (await fetch(url)).text()).replace(/<\/?bdi>/g, "");

/** Uses the link as a payer does: chooses a coin, pays on the sandbox's page, returns, and sees the deposit arrive. */
async function checkOut(link, sandbox) {
  assert.match(await textOf(link), /USDT on Tron/);
  const redirect = await (await post(link, { coin: "USDTT", mode: "redirect" })).text();
  const [, payHere] = /http-equiv="refresh" content="0;url=([^"]+)"/.exec(redirect) ?? assert.fail(redirect);
  assert.ok(payHere.startsWith(`${sandbox}/pay/`), payHere);
  const paid = await post(payHere, { action: "pay", amount: "12.5", confirmed: "yes" });
  // The payer returns from the gateway with a token that opens only the status.
  const back = paid.headers.get("location");
  assert.equal(paid.status, 303);
  assert.ok(back.startsWith(new URL("/c/", link).href) && back.endsWith("/status"), back);
  assert.ok(!back.startsWith(link), back);
  const deadline = Date.now() + 10_000;
  for (;;) {
    const status = await textOf(back);
    if (/12\.5 USDT on Tron[\s\S]*Confirmed by the network/.test(status)) break;
    assert.ok(Date.now() < deadline, `the deposit never arrived: ${status}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  // The examples of the element run there.
  for (const origin of ["http://127.0.0.1:3000", "http://localhost:5173"]) {
    const { headers } = await fetch(back, { headers: { accept: "application/json", origin } });
    assert.equal(headers.get("access-control-allow-origin"), origin);
  }
}

test("--help lists every option", async (t) => {
  const { stdout, code } = await finish(t, "--help");
  assert.equal(code, 0);
  for (const option of ["--port", "--sandbox-port", "--once", "--json", "--help"])
    assert.ok(stdout.includes(option), option);
});

for (const [args, sentence] of [
  [["--prot", "1"], /^Unknown option '--prot'\. `npm start -- --help` lists the options\.$/],
  [["--port", "http"], /^--port must be a port from 0 to 65535 .*, not "http"\.$/],
  [["--sandbox-port", "65536"], /^--sandbox-port must be a port from 0 to 65535 .*, not "65536"\.$/],
  [
    ["--port", "18080", "--sandbox-port", "18080"],
    /^--port and --sandbox-port are both 18080: choose different ports\.$/,
  ],
]) {
  test(`${args.join(" ")} is reported in one sentence with exit code 2`, async (t) => {
    const { stdout, stderr, code } = await finish(t, ...args);
    assert.equal(code, 2);
    assert.equal(stdout, "");
    assert.match(stderr.trim(), sentence);
  });
}

for (const { flag, other } of [
  { flag: "--port", other: "--sandbox-port" },
  { flag: "--sandbox-port", other: "--port" },
]) {
  test(`a port in use is reported with ${flag}, before anything is built`, async (t) => {
    const holder = http.createServer().listen(0, "127.0.0.1");
    await once(holder, "listening");
    const { port } = holder.address();
    const { stdout, stderr, code } = await finish(t, flag, String(port), other, "0");
    holder.close();
    assert.equal(code, 1);
    assert.equal(stdout, "");
    assert.match(
      stderr.trim(),
      new RegExp(`^Port ${port} on 127\\.0\\.0\\.1 is already in use, .*choose another port with ${flag}\\.$`),
    );
  });
}

test("--once --json prints the payment, the address and the link on the last line", async (t) => {
  const { stdout, stderr, code } = await finish(t, "--once", "--json", ...FREE_PORTS);
  assert.equal(code, 0, stderr);
  const { payment, address, checkout } = JSON.parse(stdout.trimEnd().split("\n").at(-1));
  assert.deepEqual(Object.keys(payment), ["session_id", "redirect_url"]);
  assert.match(payment.redirect_url, /^http:\/\/127\.0\.0\.1:\d+\/pay\/./);
  assert.ok(payment.redirect_url.endsWith(payment.session_id));
  assert.deepEqual(Object.keys(address), ["currency", "address", "foreign_id"]);
  assert.ok(address.address.length > 20);
  assert.deepEqual(Object.keys(checkout), ["url", "expires_at"]);
  assert.match(checkout.url, /^http:\/\/127\.0\.0\.1:\d+\/c\/start\.[\w-]{64}$/);
});

test("serves the payment's page and the printed calls until Ctrl-C, then leaves no process", async (t) => {
  const { child, mark } = launch(t, ...FREE_PORTS);
  const { match, seen } = await until(
    child.stdout.setEncoding("utf8"),
    /pay here\s+(\S+)[\s\S]*Worker\s+(\S+)\nSandbox\s+(\S+)[\s\S]*Try the checkout[^\n]*\n\s+(\S+)[\s\S]*Ctrl-C/,
  );
  const [, payHere, worker, sandbox, checkout] = match;

  const page = await fetch(payHere);
  assert.equal(page.status, 200);
  assert.match(page.headers.get("content-type") ?? "", /^text\/html/);

  const lines = seen.split("\n").map((line) => line.trim());
  const settings = lines.filter((line) => line.startsWith("export ")).join("\n");
  const commands = lines.filter((line) => line.startsWith("curl "));
  assert.equal(commands.length, 3);
  for (const command of commands) {
    const again = spawn("sh", ["-c", `${settings}\n${command} -s -o /dev/null -w '%{http_code}'`], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    assert.match(await text(again.stdout), /^20[01]$/, command);
  }

  const doctor = lines.find((line) => line === "npx citrn doctor")?.replace("npx citrn", `"$0" "$1"`);
  const pasted = spawn("sh", ["-c", `${settings}\n"$0" "$1" ping && ${doctor}`, process.execPath, CLI], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const printed = await text(pasted.stdout);
  assert.match(printed, /accepted the key and the signature[\s\S]*accepts CITRN_WORKER_TOKEN[\s\S]* 0 failed/);

  await checkOut(checkout, sandbox);

  child.kill("SIGINT");
  const [code] = await once(child, "exit");
  assert.equal(code, 0);
  await refused(worker);
  await refused(sandbox);
  if (process.platform === "linux") assert.deepEqual(processesWith(mark), []);
});

test("stops the other server when one exits, and names the one that exited", {
  skip: process.platform !== "linux" && "needs /proc",
}, async (t) => {
  const { child, mark } = launch(t, ...FREE_PORTS);
  const stderr = text(child.stderr);
  await until(child.stdout.setEncoding("utf8"), /Ctrl-C/);
  const victim = processesWith(mark).find((id) =>
    readFileSync(`/proc/${id}/cmdline`, "utf8").split("\0").includes("sandbox"),
  );
  assert.ok(victim, "the sandbox runs as a separate process");
  process.kill(Number(victim), "SIGKILL");
  const [code] = await once(child, "exit");
  assert.equal(code, 1);
  assert.match(await stderr, /The sandbox exited unexpectedly \(SIGKILL\)\./);
  assert.deepEqual(processesWith(mark), []);
});
