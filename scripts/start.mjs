import { parseArgs } from "node:util";
import { buildAll } from "./build.mjs";
import { Failure } from "./failure.mjs";
import { makeLocalSettings, SHOP_ORIGIN } from "./local-settings.mjs";
import { ensureNpmPackages } from "./npm.mjs";
import { freePort, parsePort } from "./ports.mjs";
import { main, onInterrupt, stopAll } from "./processes.mjs";
import { step } from "./progress.mjs";
import { startSandboxService, startWorkerService } from "./services.mjs";

const HELP = `npm start [-- options]

Installs what is missing, builds, starts the sandbox and the Worker on this machine, and creates one redirect payment,
one deposit address and one checkout link through the Worker. Both stay up until Ctrl-C, which stops everything that was
started.

  --port N           port of the Worker (8787); 0 takes a free one
  --sandbox-port N   port of the sandbox (8788); 0 takes a free one
  --once             stop after the payment, the address and the link were created
  --json             print the three as one line of JSON, the last line of standard output
  --help             this text`;

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: "string", default: "8787" },
        "sandbox-port": { type: "string", default: "8788" },
        once: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    return {
      ...values,
      port: parsePort(values.port, "--port"),
      sandboxPort: parsePort(values["sandbox-port"], "--sandbox-port"),
    };
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(`${/** @type {Error} */ (error).message.split(". ")[0]}. \`npm start -- --help\` lists the options.`, { exitCode: 2 });
  }
}

/** The calls that a new user sees: path of the Worker's route, and body. */
const CALLS = {
  payment: {
    path: "/v1/payments",
    body: { foreign_id: "user-17", coin_name: "USDTT", return_url: `${SHOP_ORIGIN}/thanks` },
  },
  address: { path: "/v1/addresses", body: { foreign_id: "customer-17", currency: "BTC" } },
};

/**
 * The link that a payer follows. There is no shop on this machine: the Worker's own page stands for it.
 * @param {string} worker
 */
const checkoutLink = (worker) => ({
  path: "/v1/checkout-links",
  body: { foreign_id: "payer-17", return_url: `${worker}/`, mode: "both", expires_in: 86_400 },
});

/** @param {string} origin @param {string} bearer @param {{ path: string, body: object }} call */
async function create(origin, bearer, { path, body }) {
  const response = await fetch(origin + path, {
    method: "POST",
    headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Failure(`The Worker answered POST ${path} with ${response.status}: ${text}`);
  return JSON.parse(text);
}

/** @param {string} origin @param {string} bearer @param {{ path: string, body: object }} call */
const curl = (origin, bearer, { path, body }) =>
  `curl ${origin}${path} -H 'Authorization: Bearer ${bearer}' -H 'Content-Type: application/json' -d '${JSON.stringify(body)}'`;

/** @param {{ worker: string, sandbox: string, apiKey: string, secret: string, bearer: string, payment: any, address: any, checkout: any }} result */
function describe({ worker, sandbox, apiKey, secret, bearer, payment, address, checkout }) {
  return `
Payment created
  for         ${CALLS.payment.body.foreign_id}, paying in ${CALLS.payment.body.coin_name}
  session     ${payment.session_id}
  pay here    ${payment.redirect_url}

Deposit address taken
  for         ${address.foreign_id}
  currency    ${address.currency}
  address     ${address.address}${address.memo ? `\n  memo        ${address.memo}` : ""}

Do it again yourself
  ${curl(worker, bearer, CALLS.payment)}
  ${curl(worker, bearer, CALLS.address)}
  ${curl(worker, bearer, checkoutLink(worker))}

Worker        ${worker}
Sandbox       ${sandbox}  (its API: ${sandbox}/api)

Call the sandbox from another terminal
  export CITRN_API_KEY=${apiKey} CITRN_SECRET=${secret} CITRN_BASE_URL=${sandbox}/api

Be the payer: open this, pick a coin, pay on the sandbox's page, and see the deposit arrive
  ${checkout.url}`;
}

async function command() {
  const options = readOptions();
  if (options.help) return void console.log(HELP);
  if (options.port !== 0 && options.port === options.sandboxPort) {
    throw new Failure(`--port and --sandbox-port are both ${options.port}: they need to differ.`, { exitCode: 2 });
  }
  const workerPort = await freePort(options.port, { purpose: "the Worker", flag: "--port" });
  const sandboxPort = await freePort(options.sandboxPort, { purpose: "the sandbox", flag: "--sandbox-port" });

  const workerUrl = `http://127.0.0.1:${workerPort}`;
  await Promise.all([ensureNpmPackages(), buildAll()]);

  const { apiKey, secret, bearer, envFile, stateDirectory } = makeLocalSettings();
  const [sandbox, worker] = await step("starting the sandbox and the Worker", () =>
    Promise.all([
      startSandboxService({ port: sandboxPort, apiKey, secret, callbackUrl: `${workerUrl}/callbacks` }),
      startWorkerService({
        port: workerPort,
        envFile,
        stateDirectory,
        variables: {
          CITRN_BASE_URL: `http://127.0.0.1:${sandboxPort}/api`,
          ALLOWED_RETURN_ORIGINS: `${SHOP_ORIGIN},${workerUrl}`,
          PUBLIC_ORIGIN: workerUrl,
          MERCHANT_NAME: "Example Shop",
        },
      }),
    ]),
  );
  const ended = Promise.race([sandbox.ended, worker.ended]);
  ended.catch(() => {});

  const calls = [CALLS.payment, CALLS.address, checkoutLink(worker.url)];
  const [payment, address, checkout] = await Promise.race([ended, Promise.all(calls.map((call) => create(worker.url, bearer, call)))]);
  if (!options.json) console.log(describe({ worker: worker.url, sandbox: sandbox.url, apiKey, secret, bearer, payment, address, checkout }));
  if (options.json) {
    const { session_id, redirect_url } = payment;
    const { currency, address: text, foreign_id } = address;
    console.log(JSON.stringify({ payment: { session_id, redirect_url }, address: { currency, address: text, foreign_id }, checkout }));
  }
  if (options.once) return void (await stopAll());

  if (!options.json) console.log("\nBoth stay up until you press Ctrl-C.\n");
  onInterrupt({ exitCode: 0 });
  sandbox.showOutput();
  worker.showOutput();
  await ended;
}

await main(command);
