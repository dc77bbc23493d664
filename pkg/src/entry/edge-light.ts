// Vercel's edge runtime, which Next.js uses: as on Workers, but the import must have the query `?module`.
import module from "citrn:wasm/edge-light";
import { provide } from "../core.js";

provide(() => module);

export * from "../index.js";
