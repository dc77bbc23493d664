// `npm run dev`: the sandbox, the Worker, and a payment through them.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { Failure } from "./failure.mjs";
import { Wrangler } from "./project.mjs";
import { freePort, interrupted, waitFor, WranglerDev } from "./servers.mjs";
import { readVariables } from "./variables.mjs";

const SANDBOX_PORT = "8788";

/** Prints the first token of .dev.vars, so that the token itself need not be printed. */
const TOKEN_COMMAND = `grep ^WORKER_TOKENS .dev.vars | grep -o '"token": *"[^"]*"' | head -n 1 | cut -d '"' -f 4`;

/** Returns the local secrets, and the first bearer token among them. */
function readSecrets() {
  const secrets = readVariables(".dev.vars");
  if (!secrets) throw new Failure(".dev.vars is missing: copy .dev.vars.example to .dev.vars and fill it in.");
  const missing = ["CITRN_API_KEY", "CITRN_SECRET", "WORKER_TOKENS"].find((name) => !secrets[name]);
  if (missing) throw new Failure(`${missing} is not set in .dev.vars: .dev.vars.example describes it.`);
  const token = /"token": *"([^"]*)"/.exec(secrets.WORKER_TOKENS)?.[1];
  if (!token) throw new Failure('WORKER_TOKENS in .dev.vars has no "token": .dev.vars.example describes it.');
  return { secrets, token };
}

/**
 * Returns why the Worker is not ready, or undefined if it is.
 * @param {Response} response of /readyz
 * @throws {Failure} if waiting does not help
 */
async function problemOf(response) {
  if (response.ok) return undefined;
  const answer = /** @type {any} */ (await response.json().catch(() => ({})));
  const failed = (answer.checks ?? []).filter((/** @type {any} */ check) => !check.ok);
  const settings = failed.find((/** @type {any} */ check) => check.name === "settings");
  if (settings) throw new Failure(settings.detail);
  if (answer.retryable === false) throw new Failure(`The Worker answered /readyz: ${answer.detail}`);
  return failed.map((/** @type {any} */ { name, detail }) => `${name}: ${detail}`).join(" ") || answer.detail;
}

/** @param {string} url @param {string} token @param {object} body */
async function create(url, token, body) {
  const response = await fetch(url, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Failure(`POST ${new URL(url).pathname} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}

/**
 * Creates a payment and a checkout link, and prints them.
 * @param {string} url @param {string} token @param {string} sandboxUrl @param {boolean} hasCheckout
 */
async function takePayment(url, token, sandboxUrl, hasCheckout) {
  // Payers return to the Worker's own page, since there may be no shop on this machine.
  const payment = { foreign_id: "order-1", coin_name: "USDTT", return_url: `${url}/` };
  const { redirect_url } = await create(`${url}/v1/payments`, token, payment);
  console.log(`
Worker   ${url}
Sandbox  ${sandboxUrl}

Payment created. Pay it here:
  ${redirect_url}

Settings for a second terminal in this directory. The token is read from .dev.vars:
  export CITRN_WORKER_URL=${url} CITRN_WORKER_TOKEN="$(${TOKEN_COMMAND})"

Create another payment there:
  curl "$CITRN_WORKER_URL/v1/payments" -H "Authorization: Bearer $CITRN_WORKER_TOKEN" \\
    -H 'Content-Type: application/json' -d '${JSON.stringify({ ...payment, foreign_id: "order-2" })}'`);
  if (hasCheckout) {
    const link = { foreign_id: "payer-1", return_url: `${url}/`, mode: "both" };
    const checkout = await create(`${url}/v1/checkout-links`, token, link);
    console.log(`\nTry the checkout: open this link, choose a coin and pay it in the sandbox:\n  ${checkout.url}`);
  }
  console.log("\nBoth servers run until you press Ctrl-C.\n");
}

/** @param {{ port?: string, "sandbox-port"?: string }} options */
export async function dev(options) {
  const stopped = interrupted();
  const wrangler = new Wrangler(process.cwd());
  const { secrets, token } = readSecrets();
  const config = wrangler.readConfig();
  const port = await freePort(options.port ?? config.dev.port ?? 8787, "--port");
  const sandboxPort = await freePort(options["sandbox-port"] ?? SANDBOX_PORT, "--sandbox-port");
  if (port === sandboxPort) {
    throw new Failure(`--port and --sandbox-port are both ${port}: the Worker and the sandbox need a port each.`, {
      exitCode: 2,
    });
  }
  const url = `http://127.0.0.1:${port}`;
  // Not before the check of Node's version. As text of any kind, since its types exist only after a build.
  const { startSandbox } = await import(/** @type {string} */ ("citrn/sandbox"));
  let isShown = false;
  const sandbox = await startSandbox({
    port: sandboxPort,
    apiKey: secrets.CITRN_API_KEY,
    secret: secrets.CITRN_SECRET,
    callbackUrl: `${url}/callbacks`,
    // Payers choose parts of these lines, so no control character reaches the terminal.
    log: (/** @type {string} */ line) => isShown && console.log(`sandbox │ ${line.replaceAll(/\p{Cc}/gu, " ")}`),
  });
  // The state of the Durable Objects refers to this run's sandbox, so each run begins with an empty one.
  mkdirSync(".wrangler", { recursive: true });
  const state = mkdtempSync(path.join(".wrangler", "dev-"));
  const origins = [secrets.ALLOWED_RETURN_ORIGINS ?? config.vars.ALLOWED_RETURN_ORIGINS, url].filter(Boolean);
  const variables = {
    CITRN_BASE_URL: sandbox.baseUrl,
    ALLOWED_RETURN_ORIGINS: origins.join(","),
    PUBLIC_ORIGIN: url,
  };
  const worker = new WranglerDev(wrangler, [
    ...["--port", String(port), "--persist-to", state],
    ...Object.entries(variables).flatMap(([name, value]) => ["--var", `${name}:${value}`]),
  ]);
  console.log("Starting the sandbox and the Worker ...");
  const run = async () => {
    await waitFor(`${url}/readyz`, worker, problemOf, { authorization: `Bearer ${token}` });
    await takePayment(url, token, sandbox.url, Boolean(secrets.CHECKOUT_SECRETS));
    isShown = true;
    worker.show();
    await worker.ended;
  };
  try {
    await Promise.race([run(), worker.ended, stopped]);
  } finally {
    await worker.stop();
    await sandbox.close();
    rmSync(state, { recursive: true, force: true });
  }
  return 0;
}
