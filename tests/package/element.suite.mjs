// The examples of the payment button: their types and builds, and in Chromium the way from a click to a deposit. The
// checkout is a stub here; tests/browser has the Worker.
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { describe, test } from "node:test";
import { chromium as driver } from "playwright-core";
import { CHROMIUM_FLAGS, chromium } from "../../scripts/chromium.mjs";
import { app, here, installed, node, project, root, run } from "./project.mjs";

const modules = [app, here, root].map((directory) => path.join(directory, "node_modules"));
const programs = [path.join(here, "node_modules", ".bin"), path.dirname(node(24))];
const env = { PATH: [...programs, process.env.PATH].join(path.delimiter) };
const manifestOf = (name) => JSON.parse(readFileSync(path.join(root, "examples", name, "package.json"), "utf8"));

const DEPOSIT = { currency: "USDTT", amount: "25", seen_at: "2026-01-01T00:00:00Z" };
const STATUSES = [
  { state: "waiting", deposits: [], earlier: [] },
  { state: "seen", deposits: [{ ...DEPOSIT, state: "seen", confirmed_at: null }], earlier: [] },
  { state: "confirmed", deposits: [{ ...DEPOSIT, state: "confirmed", confirmed_at: DEPOSIT.seen_at }], earlier: [] },
];
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };

/** The file with the button, of the examples whose markup has types. */
const PAGES = { "element-react": "Balance.tsx", "element-vue": "Balance.vue", "element-svelte": "Balance.svelte" };

/** Starts a server on loopback. Returns its origin. */
async function serverFor(t, answer) {
  const server = createServer(answer);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}`;
}

/** A checkout whose payer pays immediately. */
const checkoutFor = (t) =>
  serverFor(t, ({ url, headers }, response) => {
    if (url === "/c/token") return response.writeHead(200, { "content-type": "text/html" }).end("<p>The checkout");
    assert.deepEqual([url, headers.accept], ["/c/token/status", "text/event-stream"]);
    response.writeHead(200, { "content-type": "text/event-stream", "access-control-allow-origin": headers.origin });
    for (const status of STATUSES) response.write(`event: status\ndata: ${JSON.stringify(status)}\n\n`);
  });

/** Serves a folder under a policy that allows only its files and the checkout. */
const siteFor = (t, folder, checkout) =>
  serverFor(t, (request, response) => {
    const file = path.join(folder, request.url === "/" ? "index.html" : new URL(request.url, "http://x").pathname);
    if (!existsSync(file)) return response.writeHead(404).end();
    const policy = `default-src 'none'; script-src 'self'; style-src 'self'; connect-src ${checkout}; frame-src ${checkout}`;
    const headers = { "content-type": TYPES[path.extname(file)], "content-security-policy": policy };
    response.writeHead(200, headers).end(readFileSync(file));
  });

/** Clicks the button of a page, waits for the deposit, and closes the dialog. */
async function pay(t, site) {
  const browser = await driver.launch({ executablePath: chromium(), args: CHROMIUM_FLAGS });
  t.after(() => browser.close());
  const page = await browser.newPage();
  page.setDefaultTimeout(10_000);
  const problems = [];
  page.on("pageerror", ({ message }) => problems.push(message));
  page.on("console", (message) => message.text().includes("Content Security Policy") && problems.push(message.text()));
  await page.goto(site);
  await page.getByRole("link", { name: "Top up with crypto" }).click();
  await page.frameLocator("iframe").getByText("The checkout").waitFor();
  await page.getByText("Received 25 USDTT").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  assert.deepEqual(problems, []);
}

for (const name of ["element-html", "element-react", "element-vue", "element-svelte"]) {
  describe(name, { timeout: 120_000 }, () => {
    test("its types are right, it builds, and its page shows a deposit after a click", async (t) => {
      const source = path.join(root, "examples", name);
      const directory = project(`examples-${name}`, {});
      rmSync(directory, { recursive: true, force: true });
      cpSync(source, directory, { recursive: true, filter: (file) => !/[/\\](node_modules|dist|\.env)$/.test(file) });
      const checkout = await checkoutFor(t);
      const link = `${checkout}/c/token`;
      for (const [file, write] of [
        [".env.example", ".env"],
        ["index.html", "index.html"],
      ]) {
        if (!existsSync(path.join(directory, file))) continue;
        const text = readFileSync(path.join(directory, file), "utf8");
        writeFileSync(path.join(directory, write), text.replace("https://pay.shop.example/c/your-link", link));
      }
      mkdirSync(path.join(directory, "node_modules"), { recursive: true });
      cpSync(installed, path.join(directory, "node_modules", "citrn"), { recursive: true });
      const { scripts } = manifestOf(name);
      for (const script of [scripts.check, scripts.build]) await run("sh", ["-c", script], { cwd: directory, env });
      const page = PAGES[name] && path.join(directory, "src", PAGES[name]);
      if (page) {
        writeFileSync(page, readFileSync(page, "utf8").replace('mode="dialog"', 'mode="tab"'));
        await assert.rejects(run("sh", ["-c", scripts.check], { cwd: directory, env }), /"tab"/, "a mode is checked");
      }
      const built = path.join(directory, "dist");
      await pay(t, await siteFor(t, existsSync(built) ? built : directory, checkout));
    });

    test("its package.json accepts the versions that are installed here", () => {
      const { dependencies, devDependencies } = manifestOf(name);
      for (const [dependency, range] of Object.entries({ ...dependencies, ...devDependencies })) {
        const [, ...asked] = /^\^(\d+)\.(\d+)\.\d+$/.exec(range).map(Number);
        const file = modules.map((folder) => path.join(folder, dependency, "package.json")).find(existsSync);
        const [major, minor] = JSON.parse(readFileSync(file, "utf8")).version.split(".").map(Number);
        const matches = asked[0] === major && (major === 0 ? asked[1] === minor : asked[1] <= minor);
        assert.ok(matches, `${dependency} ${range}: ${major}.${minor} is installed`);
      }
    });
  });
}

const JSX = `
  export const Good = () => <citrn-pay mode="dialog" follow close-label="Fermer" id="pay" oncitrn-status={({ detail }) => {
    const amount: string | null | undefined = detail.deposits[0]?.amount;
    console.log(amount);
  }}><a href="/">Pay</a></citrn-pay>;
  // @ts-expect-error A mode is one of three.
  export const Bad = () => <citrn-pay mode="tab" />;`;

describe("the element's types in JSX", () => {
  for (const framework of ["react", "preact"]) {
    for (const [resolution, options] of [
      ["node16", { module: "node16" }],
      ["bundler", { module: "esnext", moduleResolution: "bundler" }],
    ]) {
      test(`${framework}, ${resolution}`, async () => {
        const text = `import "citrn/element/${framework}";\n${JSX}`;
        const directory = project(`jsx-${framework}-${resolution}`, {
          "package.json": '{"type":"module"}',
          "page.tsx": text,
          "tsconfig.json": JSON.stringify({
            compilerOptions: {
              ...{ strict: true, noEmit: true, target: "es2022", lib: ["es2022", "dom"], types: [] },
              ...{ jsx: "react-jsx", jsxImportSource: framework, exactOptionalPropertyTypes: true, ...options },
            },
          }),
        });
        await run(node(24), [path.join(here, "node_modules", "typescript", "bin", "tsc"), "-p", directory]);
      });
    }
  }
});
