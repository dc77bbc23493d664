/** The folders of the npm packages, which have one version and are released together. */
export const PACKAGES = ["pkg", "worker/npm", "create"];
