// The entry `citrn/worker`: for shops behind the Worker. No wasm, no dependencies.
export * from "../error.js";
export type { CallbackEvent, CallbackEventData, EventHandlers, Handler, RequestLike } from "../handler.js";
export type { CallbackHeaders } from "../headers.js";
export type { AbortSignalLike } from "../options.js";
export type { Bytes, Fetch, FetchInit, ResponseLike } from "../settings.js";
export { CitrnWorker } from "./client.js";
export type { WorkerErrorCode } from "./codes.js";
export type * from "./contract.js";
export type * from "./methods.js";
export type { CitrnWorkerOptions, CreationOptions, WorkerCallOptions } from "./options.js";
export type { CallbackSpan, RequestSpan } from "../tracing.js";
export { type Webhooks, webhooks } from "./webhooks.js";
export type { WebhookEvent } from "./webhooks-event.js";
export { type WebhookHandlerOptions, webhookHandler } from "./webhooks-handler.js";
export type { RawBody, SignOptions, WebhookOptions } from "./webhooks-signature.js";
