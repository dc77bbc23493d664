// Three servers on three origins: a shop with a strict policy, the Worker, and the sandbox as the gateway.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { startSandbox } from "citrn/sandbox";
import { integrity } from "../../../pkg/build-element.mjs";
import { freePort } from "../../../scripts/ports.mjs";
import { inRoot } from "../../../scripts/root.mjs";
import { makeSettings } from "../../worker/caller.mjs";
import { checkoutSecret, makePayer } from "../../worker/checkout.mjs";
import { startWorker } from "../../worker/workerd.mjs";

const SCRIPT = `
  globalThis.events = [];
  for (const type of ["citrn-status", "citrn-close"])
    document.addEventListener(type, ({ target, detail }) => events.push({ type, tag: target.localName, detail }));`;
const STYLE = ":root { color-scheme: light dark; background: Canvas } body { min-height: 300vh }";

/** @typedef {Awaited<ReturnType<typeof startSite>>} Site */

/** Starts the servers. */
export async function startSite() {
  const { settings, tokens } = makeSettings();
  const port = await freePort(0, { purpose: "the Worker", flag: "port" });
  const checkout = `http://127.0.0.1:${port}`;
  const gateway = await startSandbox({
    ...{ port: 0, seed: "element", callbackUrl: `${checkout}/callbacks` },
    ...{ apiKey: settings.CITRN_API_KEY, secret: settings.CITRN_SECRET },
  });
  /** @type {Map<string, string>} */
  const pages = new Map();
  /** Reports of violations of the shop's policy. @type {string[]} */
  const violations = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "", "http://shop.example");
    const send = (type, body, headers = {}) =>
      response.writeHead(200, { "content-type": `${type}; charset=utf-8`, ...headers }).end(body);
    if (pathname === "/element.js") return send("text/javascript", readFileSync(inRoot("pkg/dist/element.min.js")));
    if (pathname === "/page.js") return send("text/javascript", SCRIPT);
    if (pathname === "/page.css") return send("text/css", STYLE);
    if (pathname === "/violations") {
      let report = "";
      request.on("data", (chunk) => (report += chunk));
      return request.on("end", () => {
        // Browsers request this by themselves.
        if (!report.includes("/favicon.ico")) violations.push(report);
        response.writeHead(204).end();
      });
    }
    const page = pages.get(pathname);
    if (page === undefined) return response.writeHead(404).end();
    const policy = `default-src 'none'; script-src 'self'; style-src 'self'; connect-src ${checkout}; frame-src ${checkout}`;
    send("text/html", page, { "content-security-policy": `${policy}; report-uri /violations` });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const shop = `http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (server.address()).port}`;
  const worker = await startWorker(
    {
      ...settings,
      CITRN_BASE_URL: gateway.baseUrl,
      CHECKOUT_SECRETS: checkoutSecret("a"),
      CHECKOUT_FRAME_ORIGINS: shop,
      PUBLIC_ORIGIN: checkout,
      ALLOWED_RETURN_ORIGINS: shop,
    },
    { port },
  );
  const payer = makePayer(worker, tokens.all, checkout);

  return {
    shop,
    checkout,
    gateway,
    violations,
    /** Creates a link for another payer. */
    async link(parameters = {}) {
      const foreign_id = `payer-${pages.size + 1}`;
      const { path } = await payer.link({ foreign_id, return_url: `${shop}/thanks`, mode: "address", ...parameters });
      return { url: checkout + path, foreign_id };
    },
    /** Adds a page with the element to the shop. Returns its URL. @param {string} link */
    page(link, { attributes = "", direction = "ltr", head = "" } = {}) {
      const path = `/page-${pages.size + 1}`;
      pages.set(
        path,
        `<!doctype html><html lang=en dir=${direction}><meta charset=utf-8>
        <meta name=viewport content="width=device-width"><title>Your balance</title>${head}
        <link rel=stylesheet href=/page.css><script src=/page.js></script>
        <script type=module src=/element.js integrity="${integrity()}"></script>
        <main><h1>Your balance</h1>
        <citrn-pay ${attributes}><a href="${link}">Top up with crypto</a></citrn-pay></main>`,
      );
      return shop + path;
    },
    async close() {
      await worker.stop();
      await gateway.close();
      server.closeAllConnections();
      server.close();
    },
  };
}
