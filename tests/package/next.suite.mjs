// The installed package in Next.js: its runtimes, its bundlers, and segments that cache fetched data.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { apiKey, bin, CHECK, isRight, node, project, run, secret, serve, startSandbox } from "./project.mjs";

let sandbox;
let env;
before(async () => {
  sandbox = await startSandbox();
  for (const currency of ["USDTT", "BTC"]) await sandbox.balances.credit({ currency, amount: "1000" });
  env = { CITRN_API_KEY: apiKey, CITRN_SECRET: secret, CITRN_BASE_URL: sandbox.baseUrl, NEXT_TELEMETRY_DISABLED: "1" };
});
after(() => sandbox.close());

const MODES = ["default-cache", "force-cache", "only-cache"];
const RUNTIMES = { node: "nodejs", edge: "edge" };

const plain = (runtime) => `
  import * as citrn from "citrn";
  export const runtime = "${runtime}";
  export const dynamic = "force-dynamic";
  ${CHECK}
  export async function POST(request) {
    return Response.json(await check(citrn, await request.json()));
  }`;

/** Makes each of the calls twice, one of them through a custom fetch that calls Next.js's. */
const caching = (runtime, mode) => `
  import { Citrn } from "citrn";
  export const runtime = "${runtime}";
  export const fetchCache = "${mode}";
  export async function POST(request) {
    const settings = await request.json();
    const outcomes = [];
    for (const fetch of [undefined, (url, init) => globalThis.fetch(url, init)]) {
      const citrn = new Citrn({ ...settings, fetch, maxRetries: 0 });
      for (const call of [
        () => citrn.payments.create({ foreign_id: "user-17", coin_name: "USDTT", return_url: "https://shop.example/thanks" }),
        () => citrn.withdrawals.create({ foreign_id: "payout-${mode}-${runtime}", address: "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", amount: "5", currency: "USDTT" }),
        () => citrn.addresses.take({ foreign_id: "user-17", currency: "USDTT" }),
        () => citrn.balances.list(),
        () => citrn.rates.list(),
        () => citrn.ping(),
      ]) outcomes.push(await call().then(() => "done", (error) => error.code ?? String(error)));
    }
    return Response.json(outcomes);
  }`;

/** A page that creates a payment while it is rendered, without any setting about caching. */
const PAGE = `
  import { Citrn } from "citrn";
  export default async function Pay() {
    const citrn = new Citrn({ apiKey: process.env.CITRN_API_KEY, secret: process.env.CITRN_SECRET, baseUrl: process.env.CITRN_BASE_URL });
    const { redirect_url } = await citrn.payments.create({ foreign_id: "user-17", coin_name: "USDTT", return_url: "https://shop.example/thanks" });
    return <a href={redirect_url}>Pay</a>;
  }`;

for (const bundler of ["turbopack", "webpack"]) {
  describe(`Next.js with ${bundler}`, { timeout: 300_000 }, () => {
    const routes = Object.entries(RUNTIMES).flatMap(([name, runtime]) => [
      [`app/${name}/route.js`, plain(runtime)],
      ...MODES.map((mode) => [`app/${mode}/${name}/route.js`, caching(runtime, mode)]),
    ]);
    const directory = project(`next-${bundler}`, {
      "package.json": JSON.stringify({ name: "next-app", private: true }),
      "next.config.mjs":
        'export default { turbopack: { root: new URL("../../..", import.meta.url).pathname }, outputFileTracingRoot: new URL("../../..", import.meta.url).pathname };\n',
      "app/layout.js":
        "export default function Layout({ children }) { return <html><body>{children}</body></html>; }\n",
      "app/page.js": "export default function Page() { return <p>page</p>; }\n",
      "app/pay/page.js": PAGE,
      ...Object.fromEntries(routes),
    });
    let server;
    before(async () => {
      await run(node(24), [bin("next"), "build", `--${bundler}`], { cwd: directory, env });
      server = await serve(node(24), [bin("next"), "start", "--port", "0", "--hostname", "127.0.0.1"], {
        cwd: directory,
        env,
        until: /http:\/\/127\.0\.0\.1:\d+/,
      });
    });
    after(() => server?.stop());

    const post = (path) =>
      fetch(`${server.found[0]}/${path}`, {
        method: "POST",
        body: JSON.stringify({ apiKey, secret, baseUrl: sandbox.baseUrl }),
      });

    for (const runtime of Object.keys(RUNTIMES)) {
      test(`a route handler on ${runtime}`, async () => {
        const answer = await post(runtime);
        const text = await answer.text();
        assert.ok(answer.ok && isRight(JSON.parse(text), sandbox), text);
      });

      for (const mode of MODES) {
        test(`with fetchCache = "${mode}" on ${runtime}, each call is sent`, async () => {
          const endpoints = [
            "payments.create",
            "withdrawals.create",
            "addresses.take",
            "balances.list",
            "rates.list",
            "ping",
          ];
          await sandbox.requests.clear();
          const outcomes = [];
          for (let round = 0; round < 2; round++) {
            const answer = await post(`${mode}/${runtime}`);
            outcomes.push(...(await answer.json()));
          }
          const counts = Object.fromEntries(endpoints.map((endpoint) => [endpoint, 0]));
          for (const { endpoint } of await sandbox.requests.list()) counts[endpoint]++;
          assert.deepEqual(counts, Object.fromEntries(endpoints.map((endpoint) => [endpoint, 4])));
          // The repeated withdrawal must reach the gateway, which refuses it.
          assert.deepEqual(
            [...new Set(outcomes)].filter((outcome) => outcome !== "done" && outcome !== "duplication_request"),
            [],
          );
          assert.ok(outcomes.filter((outcome) => outcome === "duplication_request").length >= 3);
        });
      }
    }

    test("a page that creates a payment is rendered again for each payer", async () => {
      const pages = await Promise.all([1, 2].map(async () => (await fetch(`${server.found[0]}/pay`)).text()));
      const [first, second] = pages.map((page) => /href="([^"]+\/pay\/[^"]+)"/.exec(page)?.[1]);
      assert.ok(first?.startsWith(sandbox.url), pages[0]);
      assert.notEqual(first, second);
    });
  });
}
