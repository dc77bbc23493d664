// The entry `citrn/worker`: for shops behind the Worker. No wasm, no dependencies.
export * from "../error.js";
export type { AbortSignalLike } from "../options.js";
export type { Bytes, Fetch, FetchInit, ResponseLike } from "../settings.js";
export { CitrnWorker } from "./client.js";
export type { WorkerErrorCode } from "./codes.js";
export type * from "./contract.js";
export type * from "./methods.js";
export type { CitrnWorkerOptions, CreationOptions, WorkerCallOptions } from "./options.js";
