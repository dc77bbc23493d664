export type { CallbackReview, Callbacks, VerifiedCallback } from "./callbacks.js";
export { Citrn } from "./client.js";
export type * from "./endpoints.js";
export * from "./error.js";
export type { CallbackHeaders } from "./headers.js";
export type { AbortSignalLike, CallOptions } from "./options.js";
export type { Reply } from "./reply.js";
export type { Bytes, CitrnOptions, Fetch, FetchInit, ResponseLike, Signer } from "./settings.js";
