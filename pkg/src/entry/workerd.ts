// Cloudflare Workers, which do not compile wasm from bytes at run time: the wasm is imported as a module.
import module from "citrn:wasm/module";
import { provide } from "../core.js";

provide(() => module);

export * from "../index.js";
