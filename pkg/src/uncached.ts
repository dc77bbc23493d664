/** The properties that Next.js adds to the global `fetch`. */
interface NextFetch {
  __nextGetStaticStore?: () => { getStore(): { fetchCache?: string } | undefined };
}

/** Fields for the init of `fetch` that keep a request from being answered from a cache. */
export interface Uncached {
  /** Missing where the runtime refuses it, as Workers do under older compatibility dates. */
  cache?: "no-store";
  /** The mark of Next.js's own requests. */
  next?: { internal: true };
}

/**
 * Makes each call a request. Next.js answers repeated requests from its cache in segments with `fetchCache`; where
 * that overrides or refuses `no-store`, the mark of its own requests bypasses the cache.
 */
export function uncached(): Uncached {
  const takesCache = hasCache();
  return { ...(takesCache && { cache: "no-store" }), ...(isForced(takesCache) && { next: { internal: true } }) };
}

/** Whether requests of this runtime have a cache mode. */
function hasCache(): boolean {
  try {
    return "cache" in Request.prototype;
  } catch {
    // There is no `Request`, or a test has replaced it.
    return false;
  }
}

/** Whether Next.js would use its cache, or refuse the request, in spite of `no-store`. */
function isForced(takesCache: boolean): boolean {
  if (Reflect.get(globalThis, Symbol.for("next-patch")) !== true) return false;
  try {
    const mode = (fetch as NextFetch).__nextGetStaticStore!().getStore()?.fetchCache;
    return mode === "force-cache" || mode === "only-cache" || (mode === "default-cache" && !takesCache);
  } catch {
    // Another library has wrapped Next.js's function, so the segment is unknown.
    return true;
  }
}

/** Copies the digest of an error's cause, by which Next.js learns that a page cannot be rendered in advance. */
export function withDigest<E extends Error>(error: E): E {
  try {
    const digest = (error.cause as { digest?: unknown } | undefined)?.digest;
    if (typeof digest === "string") Object.defineProperty(error, "digest", { value: digest });
  } catch {
    // A cause that cannot be read does not come from Next.js.
  }
  return error;
}
