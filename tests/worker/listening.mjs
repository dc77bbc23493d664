// The Worker on workerd, a handler on this machine, and `citrn listen` between them.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { CitrnWorker } from "citrn/worker";
import { startCitrn } from "../../pkg/test/command.mjs";
import { makeSettings } from "./caller.mjs";
import { sendCallback, startMerchant } from "./merchant.mjs";
import { startWorker } from "./workerd.mjs";

export const SECRET = `whsec_${Buffer.alloc(32, 9).toString("base64")}`;

/**
 * Starts a Worker and a handler.
 * @param {Record<string, string>} [more] settings of the Worker
 */
export async function startListening(more = {}) {
  const { settings, tokens } = makeSettings();
  const server = await startWorker({ ...settings, CITRN_BASE_URL: "http://127.0.0.1:9/api", ...more });
  const handler = await startMerchant();
  const directory = mkdtempSync(path.join(tmpdir(), "citrn-listen-"));
  const env = { CITRN_WORKER_TOKEN: tokens.all, MERCHANT_WEBHOOK_SECRET: SECRET, XDG_STATE_HOME: directory };
  /** @type {ReturnType<typeof startCitrn>[]} */
  const started = [];
  return {
    ...{ url: server.url, handler, directory, tokens },
    worker: new CitrnWorker({ url: server.url, token: tokens.all }),
    /** Starts `citrn listen`, and resolves when it listens. @param {string[]} args */
    async listen(...args) {
      const own = ["listen", "--worker", server.url, "--forward-to", handler.url, "--interval", "0.05"];
      const listener = startCitrn([...own, ...args], { env });
      started.push(listener);
      await until(listener.output, "stderr", /The position is stored in|\.\n/);
      return listener;
    },
    /** Sends callbacks one after the other. @param {(object | string)[]} callbacks */
    async send(...callbacks) {
      for (const callback of callbacks) {
        const body = typeof callback === "string" ? callback : JSON.stringify(callback);
        assert.equal((await sendCallback(server.url, settings.CITRN_SECRET, body)).status, 200);
      }
    },
    /** Stops all, and checks that nothing printed a secret, a token or a signature. */
    async close() {
      for (const { child } of started) child.kill("SIGKILL");
      for (const { ended } of started) {
        const { stdout, stderr } = await ended;
        const output = stdout + stderr;
        for (const secret of [tokens.all, SECRET, SECRET.slice(6)]) assert.ok(!output.includes(secret), output);
        for (const { headers } of handler.deliveries) {
          const signature = String(headers["webhook-signature"]).replace("v1,", "");
          assert.ok(!output.includes(signature), output);
        }
      }
      await server.stop();
      await handler.close();
      rmSync(directory, { recursive: true });
    },
  };
}

/** Waits until the output of a process matches. */
export async function until(output, stream, pattern, within = 15_000) {
  for (const deadline = Date.now() + within; !pattern.test(output[stream]); ) {
    if (Date.now() > deadline) throw new Error(`never printed ${pattern}: ${output.stdout}${output.stderr}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Returns transaction and status of a delivery. @param {{ body: string }} delivery */
export function about({ body }) {
  const { callback_id, status } = JSON.parse(body).data;
  return `${callback_id} ${status}`;
}
