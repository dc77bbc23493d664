// Workers: bytes must not be compiled at run time there, so the wasm is imported as a module.
import module from "citrn:wasm/module";
import { provide } from "../core.js";

provide(() => module);

export * from "../index.js";
