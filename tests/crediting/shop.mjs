// A shop in a separate process, built from a recipe of docs/crediting.md, that can be killed and restarted.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { inRoot } from "../../scripts/root.mjs";
import { project, replaceOnce, samplesOf } from "./samples.mjs";

export const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

/** Accepts the Worker's deliveries. The process kills itself the CRASH_ON-th time that it reaches the moment CRASH_AT. */
const SHOP = `
import { createServer } from "node:http";
import { webhookHandler } from "citrn/worker";

let left = Number(process.env.CRASH_ON);
globalThis.crash = (moment) => {
  if (moment !== process.env.CRASH_AT || --left > 0) return;
  process.kill(process.pid, "SIGKILL");
  for (;;) {}
};
const { processEvent, reviewEvent } = await import("./crediting.ts");
const handle = webhookHandler({
  secrets: process.env.MERCHANT_WEBHOOK_SECRET,
  review: reviewEvent,
  async process(event) {
    const outcome = await processEvent(event);
    if (outcome === "done") globalThis.crash("after the commit");
    return outcome;
  },
});
const server = createServer(async (incoming, outgoing) => {
  const { method, headers } = incoming;
  const body = incoming;
  const request = new Request("http://shop/", { method, headers: Object.entries(headers), body, duplex: "half" });
  const response = await handle(request);
  outgoing.writeHead(response.status).end(await response.text());
});
server.listen(0, "127.0.0.1", () => console.log("listening on " + server.address().port));
`;

/** Where a recipe has inserted the key, and where it is about to commit. */
const MOMENTS = {
  postgres: ["    const { credit } = event.data;\n", '    return "done";\n'],
  sqlite: ["    if (data.credit) insertCredit", '    return "done";\n'],
};

/** The moments at which a shop can kill itself. */
export const CRASHES = ["after the insert", "before the commit", "after the commit"];

/** The recipe with the moments named. @param {"postgres" | "sqlite"} database */
function recipe(database) {
  const [inserted, committing] = MOMENTS[database];
  const text = /** @type {string} */ (samplesOf("docs/crediting.md").get(database));
  const once = replaceOnce(text, inserted, `    globalThis.crash("after the insert");\n${inserted}`);
  return replaceOnce(once, committing, `    globalThis.crash("before the commit");\n${committing}`);
}

/**
 * Makes a shop, which `start` starts, again after each `kill`.
 * @param {"postgres" | "sqlite"} database
 * @param {Record<string, string>} env where the database is
 */
export function makeShop(database, env) {
  const { directory, remove } = project({ "shop.mjs": SHOP, "crediting.ts": recipe(database) });
  /** @type {import("node:child_process").ChildProcess | undefined} */
  let child;
  const output = [];

  /** Starts it; gives its URL. */
  async function start(/** @type {Record<string, string>} */ crash = {}) {
    const node = inRoot("node_modules", ".bin", "node");
    const settings = { ...process.env, ...env, ...crash, MERCHANT_WEBHOOK_SECRET: SECRET };
    const args = ["--disable-warning=ExperimentalWarning", "shop.mjs"];
    const started = spawn(node, args, { cwd: directory, env: settings, stdio: ["ignore", "pipe", "pipe"] });
    child = started;
    createInterface(started.stderr).on("line", (line) => output.push(line));
    for await (const line of createInterface(started.stdout)) {
      const [, port] = /listening on (\d+)/.exec(line) ?? [];
      if (port) return `http://127.0.0.1:${port}/`;
    }
    throw new Error(`the shop did not start:\n${output.join("\n")}`);
  }

  /** Resolves once the process is gone. */
  const gone = async () => {
    if (child && child.exitCode === null && child.signalCode === null) await once(child, "exit");
  };

  async function kill() {
    child?.kill("SIGKILL");
    await gone();
  }

  async function close() {
    await kill();
    remove();
  }

  return { start, gone, kill, close, output };
}
