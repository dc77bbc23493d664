import net from "node:net";
import { Failure } from "./failure.mjs";

/** @param {string} text @param {string} flag */
export function parsePort(text, flag) {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new Failure(`${flag} takes a port from 0 to 65535 (0: any free one), not "${text}".`, { exitCode: 2 });
  }
  return port;
}

/**
 * Makes sure that nothing listens on a port of this machine's loopback address.
 * @param {number} port 0 stands for any free one
 * @param {{ purpose: string, flag: string }} use what the port is for, and the option that chooses another
 * @returns {Promise<number>} the port, a free one for 0
 */
export function freePort(port, { purpose, flag }) {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once("error", (/** @type {NodeJS.ErrnoException} */ error) => {
      const why = error.code === "EADDRINUSE" ? "is already taken" : `can't be used (${error.code})`;
      reject(new Failure(`Port ${port} on 127.0.0.1 ${why}, so ${purpose} can't start: stop what listens there, or choose another with ${flag}.`));
    });
    probe.listen(port, "127.0.0.1", () => {
      const { port: bound } = /** @type {net.AddressInfo} */ (probe.address());
      probe.close(() => resolve(bound));
    });
  });
}
