// A local npm registry: it serves tarballs of this repository, and redirects other requests to the registry in use.
import { createServer } from "node:http";
import { createReadStream } from "node:fs";
import path from "node:path";
import { capture } from "../../scripts/processes.mjs";

/**
 * @typedef {object} Package one version
 * @property {string} file the tarball
 * @property {{ name: string, version: string }} manifest
 * @property {{ integrity: string, shasum: string }} dist
 */

/**
 * Starts a registry.
 * @param {Package[]} packages may grow; the last version of a name is the latest
 * @returns {Promise<{ url: string, close: () => void }>}
 */
export async function startRegistry(packages) {
  const upstream = capture("npm", ["config", "get", "registry"]).trim();
  const server = createServer((request, response) => {
    const [, name, , tarball] = new URL(request.url, "http://localhost").pathname.split("/");
    const known = packages.filter(({ manifest }) => manifest.name === name);
    const latest = known.at(-1)?.manifest.version;
    if (!latest) return void response.writeHead(307, { location: new URL(request.url.slice(1), upstream).href }).end();
    if (tarball) {
      const { file } = known.find((version) => path.basename(version.file) === tarball);
      return void createReadStream(file).pipe(response);
    }
    const urlOf = (file) => `http://${request.headers.host}/${name}/-/${path.basename(file)}`;
    const versions = known.map(({ file, manifest, dist }) => [
      manifest.version,
      { ...manifest, dist: { ...dist, tarball: urlOf(file) } },
    ]);
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ name, "dist-tags": { latest }, versions: Object.fromEntries(versions) }));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => server.closeAllConnections() ?? server.close();
  return { url: `http://127.0.0.1:${server.address().port}/`, close };
}
