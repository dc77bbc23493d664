// Node, Bun, Deno, browsers and bundlers: the wasm is embedded, because bundled code cannot locate a separate file.
import base64 from "citrn:wasm/base64";
import { provide } from "../core.js";

provide(() => new WebAssembly.Module(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))), ["atob"]);

export * from "../index.js";
