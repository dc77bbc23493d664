import { buildAll } from "./build.mjs";
import { Failure } from "./failure.mjs";
import { makeLocalSettings } from "./local-settings.mjs";
import { ensureNpmPackages } from "./npm.mjs";
import { readOptions } from "./options.mjs";
import { freePort, parsePort } from "./ports.mjs";
import { main, stopAll } from "./processes.mjs";
import { step } from "./progress.mjs";
import { showOutput, startSandboxService, startWorkerService } from "./services.mjs";

const HELP = `npm start [-- options]

Installs what is missing, builds, starts the sandbox and the Worker on this machine, and creates a redirect payment, a
deposit address and a checkout link through the Worker. Both servers run until Ctrl-C.

  --port N           port of the Worker (default 8787); 0 chooses a free one
  --sandbox-port N   port of the sandbox (default 8788); 0 chooses a free one
  --once             stop after creating the payment, the address and the link
  --json             print the three as JSON, on the last line of standard output
  --help             show this text`;

/** The origin to which payers return in the examples. It does not exist. */
const SHOP_ORIGIN = "https://shop.example";
/** The origins of a page under development that may show the checkout in `<citrn-pay>`: the examples' and Vite's ports. */
const PAGE_ORIGINS = [3000, 5173].flatMap((port) => [`http://127.0.0.1:${port}`, `http://localhost:${port}`]);

/** Returns the example calls: path of the Worker's route, and body. @param {string} worker */
const callsTo = (worker) => ({
  payment: {
    path: "/v1/payments",
    body: { foreign_id: "user-17", coin_name: "USDTT", return_url: `${SHOP_ORIGIN}/thanks` },
  },
  address: { path: "/v1/addresses", body: { foreign_id: "customer-17", currency: "BTC" } },
  // Payers return to the Worker's own page, since there is no shop on this machine.
  checkout: {
    path: "/v1/checkout-links",
    body: { foreign_id: "payer-17", return_url: `${worker}/`, mode: "both", expires_in: 86_400 },
  },
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

/**
 * @param {{ worker: string, sandbox: string, apiKey: string, secret: string, bearer: string }} servers
 * @param {{ payment: any, address: any, checkout: any }} created
 */
function describe({ worker, sandbox, apiKey, secret, bearer }, { payment, address, checkout }) {
  const calls = callsTo(worker);
  const headers = `-H "Authorization: Bearer $CITRN_WORKER_TOKEN" -H 'Content-Type: application/json'`;
  const curl = ({ path, body }) => `  curl "$CITRN_WORKER_URL${path}" ${headers} -d '${JSON.stringify(body)}'`;
  const curls = Object.values(calls).map(curl);
  return `
Payment created
  for         ${calls.payment.body.foreign_id}, paying in ${calls.payment.body.coin_name}
  session     ${payment.session_id}
  pay here    ${payment.redirect_url}

Deposit address taken
  for         ${address.foreign_id}
  currency    ${address.currency}
  address     ${address.address}${address.memo ? `\n  memo        ${address.memo}` : ""}

Worker        ${worker}
Sandbox       ${sandbox}  (its API: ${sandbox}/api)

Settings for another terminal: the Worker's, and the sandbox's
  export CITRN_WORKER_URL=${worker} CITRN_WORKER_TOKEN=${bearer}
  export CITRN_API_KEY=${apiKey} CITRN_SECRET=${secret} CITRN_BASE_URL=${sandbox}/api

Repeat the calls there, or check the Worker
${curls.join("\n")}
  npx citrn doctor

Try the checkout: open this link, choose a coin, pay on the sandbox's page, and see the deposit arrive
  ${checkout.url}`;
}

/** @param {{ payment: any, address: any, checkout: any }} created */
function asJson({ payment: { session_id, redirect_url }, address: { currency, address, foreign_id }, checkout }) {
  const payment = { session_id, redirect_url };
  return JSON.stringify({ payment, address: { currency, address, foreign_id }, checkout });
}

async function command() {
  const { values: options } = readOptions(HELP, {
    port: { type: "string", default: "8787" },
    "sandbox-port": { type: "string", default: "8788" },
    once: { type: "boolean" },
    json: { type: "boolean" },
  });
  if (options.help) return void console.log(HELP);
  const wanted = ["port", "sandbox-port"].map((name) => parsePort(String(options[name]), `--${name}`));
  if (wanted[0] !== 0 && wanted[0] === wanted[1]) {
    throw new Failure(`--port and --sandbox-port are both ${wanted[0]}: choose different ports.`, { exitCode: 2 });
  }
  const port = await freePort(wanted[0], { purpose: "the Worker", flag: "--port" });
  const sandboxPort = await freePort(wanted[1], { purpose: "the sandbox", flag: "--sandbox-port" });
  await Promise.all([ensureNpmPackages(), buildAll()]);

  const { apiKey, secret, bearer, envFile, stateDirectory } = makeLocalSettings();
  const workerUrl = `http://127.0.0.1:${port}`;
  const variables = {
    CITRN_BASE_URL: `http://127.0.0.1:${sandboxPort}/api`,
    ALLOWED_RETURN_ORIGINS: `${SHOP_ORIGIN},${workerUrl}`,
    CHECKOUT_FRAME_ORIGINS: PAGE_ORIGINS.join(),
    PUBLIC_ORIGIN: workerUrl,
    MERCHANT_NAME: "Example Shop",
  };
  const [sandbox, worker] = await step("starting the sandbox and the Worker", () =>
    Promise.all([
      startSandboxService({ port: sandboxPort, apiKey, secret, callbackUrl: `${workerUrl}/callbacks` }),
      startWorkerService({ port, envFile, stateDirectory, variables }),
    ]),
  );
  const ended = Promise.race([sandbox.ended, worker.ended]);
  const calls = Object.values(callsTo(worker.url)).map((call) => create(worker.url, bearer, call));
  const [payment, address, checkout] = await Promise.race([ended, Promise.all(calls)]);
  const created = { payment, address, checkout };
  const servers = { worker: worker.url, sandbox: sandbox.url, apiKey, secret, bearer };
  console.log(options.json ? asJson(created) : describe(servers, created));
  if (options.once) return void (await stopAll());

  if (!options.json) console.log("\nBoth servers run until you press Ctrl-C.\n");
  // From now on an interruption is not a failure.
  process.exitCode = 0;
  showOutput();
  await ended;
}

await main(command);
