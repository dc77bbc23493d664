// Modules that the build makes: see ../build.mjs.

/** Runs wasm-bindgen's glue of the client or of the sandbox, which reads globals, and returns its exports. */
declare module "citrn:wasm/*glue" {
  const load: () => unknown;
  export default load;
}

/** The client's wasm as base64 text. */
declare module "citrn:wasm/base64" {
  const base64: string;
  export default base64;
}

/** The client's wasm as a module that the runtime has compiled. */
declare module "citrn:wasm/module" {
  const module: WebAssembly.Module;
  export default module;
}

/** The same for edge runtimes that know a wasm module by the query `?module`. */
declare module "citrn:wasm/edge-light" {
  const module: WebAssembly.Module;
  export default module;
}
