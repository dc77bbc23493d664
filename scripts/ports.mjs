import { once } from "node:events";
import net from "node:net";
import { Failure } from "./failure.mjs";

/** @param {string} text @param {string} flag */
export function parsePort(text, flag) {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new Failure(`${flag} must be a port from 0 to 65535 (0: any free one), not "${text}".`, { exitCode: 2 });
}

/**
 * Checks that nothing listens on a port of the loopback address.
 * @param {number} port 0 means any free one
 * @param {{ purpose: string, flag: string }} use the purpose of the port, and the option to choose another
 * @returns {Promise<number>} the port, or a free one for 0
 */
export async function freePort(port, { purpose, flag }) {
  const probe = net.createServer().listen(port, "127.0.0.1");
  await once(probe, "listening").catch(({ code }) => {
    const why = `${code === "EADDRINUSE" ? "is already in use" : `can't be used (${code})`}, so ${purpose} can't start`;
    throw new Failure(`Port ${port} on 127.0.0.1 ${why}: stop that server, or choose another port with ${flag}.`);
  });
  const address = /** @type {net.AddressInfo} */ (probe.address());
  await once(probe.close(), "close");
  return address.port;
}
