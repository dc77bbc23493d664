// Servers made of the samples of docs/callbacks.md, each with a framework or on another runtime.
import { transformSync } from "esbuild";
import { freePort } from "../../scripts/ports.mjs";
import { samplesOf } from "../crediting/samples.mjs";
import { bin, node, project, run, serve } from "./project.mjs";

const samples = samplesOf("docs/callbacks.md");

/** Returns a sample without its types. */
export const javascript = (name, from = samples) => transformSync(from.get(name), { loader: "ts", format: "esm" }).code;

/** For the sample that leaves serving to its platform. */
const SERVE_HONO = `
import { createServer } from "node:http";
import app from "./sample.js";
createServer(async (incoming, outgoing) => {
  const body = incoming.method === "POST" ? { body: incoming, duplex: "half" } : {};
  const { method, headers, url } = incoming;
  const response = await app.fetch(new Request("http://127.0.0.1" + url, { method, headers, ...body }));
  outgoing.writeHead(response.status).end(await response.text());
}).listen(Number(process.env.PORT), "127.0.0.1");
console.log("started");
`;
const SERVE = 'await import("./sample.js");\nconsole.log("started");\n';

/** A server that runs a sample in one file. */
const program = (name, command, args = [], serve = SERVE) => ({
  files: (modules) => ({ "sample.js": javascript(name), ...modules, "serve.js": serve }),
  start: () => [command, [...args, "serve.js"]],
  until: /started/,
});

const DENO = ["run", "--no-prompt", "--allow-net", "--allow-env", "--allow-read", "--node-modules-dir=manual"];

/** The servers: their files around the modules webhooks.js and crediting.js, how to build and start them. */
export const SERVERS = {
  hono: program("hono", node(22), [], SERVE_HONO),
  express: program("express", node(22)),
  fastify: program("fastify", node(22)),
  bun: program("bun", bin("bun")),
  deno: program("deno", bin("deno"), DENO),
  next: {
    files: (modules) => ({
      "next.config.mjs":
        'const root = new URL("../../..", import.meta.url).pathname;\n' +
        "export default { turbopack: { root }, outputFileTracingRoot: root };\n",
      "app/layout.js":
        "export default function Layout({ children }) { return <html><body>{children}</body></html>; }\n",
      "app/page.js": "export default function Page() { return <p>page</p>; }\n",
      "app/webhooks/route.js": javascript("next"),
      ...modules,
    }),
    build: [bin("next"), "build"],
    start: (port) => [node(24), [bin("next"), "start", "--port", String(port), "--hostname", "127.0.0.1"]],
    until: /127\.0\.0\.1:/,
  },
  sveltekit: {
    files: ({ "webhooks.js": webhooks, "crediting.js": crediting }) => ({
      "vite.config.js": 'import { sveltekit } from "@sveltejs/kit/vite";\nexport default { plugins: [sveltekit()] };\n',
      "svelte.config.js": "export default {};\n",
      "src/app.html": "<!doctype html><html><head>%sveltekit.head%</head><body>%sveltekit.body%</body></html>\n",
      "src/routes/webhooks/+server.js": javascript("sveltekit"),
      "src/webhooks.js": webhooks,
      "src/crediting.js": crediting,
    }),
    build: [bin("vite"), "build"],
    start: (port) => [node(24), [bin("vite"), "preview", "--port", String(port), "--host", "127.0.0.1"]],
    until: /127\.0\.0\.1:/,
  },
};

/**
 * Builds a server, by default without its settings, and starts it. Returns its URL, a function that stops it, and its
 * output so far.
 *
 * @param {string} name
 * @param {{
 *   directory: string,
 *   modules: Record<string, string>,
 *   env: Record<string, string>,
 *   buildEnv?: Record<string, string>,
 *   change?: (files: Record<string, string>) => Record<string, string>,
 * }} options
 */
export async function startServer(name, { directory, modules, env, buildEnv = {}, change = (files) => files }) {
  const { files, build, start, until } = SERVERS[name];
  const manifest = { "package.json": '{"type":"module","private":true}' };
  const cwd = project(directory, { ...manifest, ...change(files(modules)) });
  if (build) await run(node(24), build, { cwd, env: { NEXT_TELEMETRY_DISABLED: "1", ...buildEnv } });
  const port = await freePort(0, { purpose: "the server", flag: "PORT" });
  const [command, args] = start(port);
  const settings = { PORT: String(port), NEXT_TELEMETRY_DISABLED: "1", ...env };
  const { stop, output } = await serve(command, args, { cwd, env: settings, until });
  return { url: `http://127.0.0.1:${port}/webhooks`, stop, output };
}
