// A local npm registry: it serves tarballs of this repository, and redirects other requests to the registry in use.
import { createServer } from "node:http";
import { createReadStream } from "node:fs";
import path from "node:path";
import { capture } from "../../scripts/processes.mjs";

/**
 * Starts a registry.
 * @param {Map<string, { file: string, manifest: object, dist: { integrity: string, shasum: string } }>} packages by name
 * @returns {Promise<{ url: string, close: () => void }>}
 */
export async function startRegistry(packages) {
  const upstream = capture("npm", ["config", "get", "registry"]).trim();
  const server = createServer((request, response) => {
    const [, name, ...rest] = new URL(request.url, "http://localhost").pathname.split("/");
    const known = packages.get(name);
    if (!known) return void response.writeHead(307, { location: new URL(request.url.slice(1), upstream).href }).end();
    if (rest.length > 0) return void createReadStream(known.file).pipe(response);
    const { version } = known.manifest;
    const tarball = `http://${request.headers.host}/${name}/-/${path.basename(known.file)}`;
    const versions = { [version]: { ...known.manifest, dist: { ...known.dist, tarball } } };
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ name, "dist-tags": { latest: version }, versions }));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => server.closeAllConnections() ?? server.close();
  return { url: `http://127.0.0.1:${server.address().port}/`, close };
}
