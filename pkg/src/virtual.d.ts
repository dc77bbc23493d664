// Modules that ../build.mjs provides.

/** The OpenAPI description of the gateway, openapi/gateway.json. */
declare module "citrn:openapi" {
  const description: { paths: Record<string, { servers?: unknown }> };
  export default description;
}

/** Runs the client's or the sandbox's glue of wasm-bindgen, which reads globals, and returns its exports. */
declare module "citrn:wasm/*glue" {
  const load: () => unknown;
  export default load;
}

/** The client's wasm as base64 text. */
declare module "citrn:wasm/base64" {
  const base64: string;
  export default base64;
}

/** The client's wasm as a compiled module. */
declare module "citrn:wasm/module" {
  const module: WebAssembly.Module;
  export default module;
}

/** The same for edge runtimes whose imports of wasm have the query `?module`. */
declare module "citrn:wasm/edge-light" {
  const module: WebAssembly.Module;
  export default module;
}
