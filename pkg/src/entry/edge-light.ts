// Vercel's edge runtime, which Next.js uses: as on Workers, but the import must say that it is a module.
import module from "citrn:wasm/edge-light";
import { provide } from "../core.js";

provide(() => module);

export * from "../index.js";
