// Node, Bun, Deno, browsers and every bundler: the wasm is inside, since its file is not found once code is bundled.
import base64 from "citrn:wasm/base64";
import { provide } from "../core.js";

provide(() => new WebAssembly.Module(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))), ["atob"]);

export * from "../index.js";
