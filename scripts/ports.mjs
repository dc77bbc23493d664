import { once } from "node:events";
import net from "node:net";
import { Failure } from "./failure.mjs";

/** @param {string} text @param {string} flag */
export function parsePort(text, flag) {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new Failure(`${flag} takes a port from 0 to 65535 (0: any free one), not "${text}".`, { exitCode: 2 });
}

/**
 * Makes sure that nothing listens on a port of this machine's loopback address.
 * @param {number} port 0 stands for any free one
 * @param {{ purpose: string, flag: string }} use what the port is for, and the option that chooses another
 * @returns {Promise<number>} the port, a free one for 0
 */
export async function freePort(port, { purpose, flag }) {
  const probe = net.createServer().listen(port, "127.0.0.1");
  await once(probe, "listening").catch(({ code }) => {
    const why = `${code === "EADDRINUSE" ? "is already taken" : `can't be used (${code})`}, so ${purpose} can't start`;
    throw new Failure(`Port ${port} on 127.0.0.1 ${why}: stop what listens there, or choose another with ${flag}.`);
  });
  const address = /** @type {net.AddressInfo} */ (probe.address());
  await once(probe.close(), "close");
  return address.port;
}
