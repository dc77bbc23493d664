// Generates load over keep-alive connections, each with one request in flight, and prints the results as JSON.
// A separate process over plain sockets, so that the measurement is of the server and not of the load generator.
// node load.mjs '{"port":1,"request":"POST ...","expected":"...","connections":32,"seconds":2}'
import { connect } from "node:net";

const { port, request, expected, connections, seconds } = JSON.parse(process.argv[2]);
const bytes = Buffer.from(request);
const latencies = [];
let until = Infinity;

/** Runs one connection: sends, reads the whole answer, compares its body, and repeats until the time is up. */
function work() {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    let received = "";
    let sent = 0;
    const send = () => {
      received = "";
      sent = performance.now();
      socket.write(bytes);
    };
    socket.setEncoding("latin1");
    socket.on("connect", send);
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("the server closed a connection")));
    socket.on("data", (chunk) => {
      received += chunk;
      const head = received.indexOf("\r\n\r\n");
      if (head < 0) return;
      const length = /^content-length: (\d+)/im.exec(received.slice(0, head));
      if (!length) return reject(new Error(`an answer without a length: ${received}`));
      const body = received.slice(head + 4);
      if (body.length < Number(length[1])) return;
      const now = performance.now();
      if (body !== expected) return reject(new Error(`another answer than expected: ${received}`));
      latencies.push(now - sent);
      if (now < until) return send();
      socket.removeAllListeners("close");
      socket.end(resolve);
    });
  });
}

const began = performance.now();
until = began + seconds * 1000;
await Promise.all(Array.from({ length: connections }, work));
const took = (performance.now() - began) / 1000;
latencies.sort((a, b) => a - b);
const at = (/** @type {number} */ part) =>
  latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * part))];
console.log(
  JSON.stringify({ requests: latencies.length, perSecond: latencies.length / took, p50: at(0.5), p99: at(0.99) }),
);
