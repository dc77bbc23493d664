//! The implementation of [`Platform`] and [`Runtime`] for the Workers runtime.

use core::time::Duration;

use citrn::{FetchError, Platform, Request, Response, hex};
use futures_util::future::LocalBoxFuture;
use js_sys::{Date, JSON, Math, Promise, Reflect};
use sha2::{Digest, Sha256};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::future_to_promise;
use web_sys::{AbortSignal, Response as WebResponse};
use worker::{Delay, Env, console_log};

use super::{
    force_panic,
    http::response,
    transport::{self, AbortOnDrop, describe, reason},
};
use crate::{
    bindings::{Limiter, OnDrop, Runtime, Wake},
    http::Answer,
    storage::object::Object,
};

/// The longest delay of a JavaScript timer: a longer one fires immediately.
const LONGEST_TIMER: Duration = Duration::from_millis(i32::MAX.unsigned_abs() as u64);

/// The runtime, with the bindings of one deployment.
#[derive(Debug, Clone)]
pub(super) struct Edge(Env);

impl Edge {
    pub(super) fn new(env: &Env) -> Self {
        Self(env.clone())
    }

    pub(super) fn is_of(&self, env: &Env) -> bool {
        AsRef::<JsValue>::as_ref(&self.0) == AsRef::<JsValue>::as_ref(env)
    }

    /// Returns the text of a setting. A value without quotes in wrangler.toml arrives as a number or a list, which
    /// `Env::var` refuses. Its JSON is the intended text.
    pub(super) fn setting(&self, name: &str) -> Option<String> {
        let value = self.bound(name)?;
        value.as_string().or_else(|| JSON::stringify(&value).ok().map(String::from))
    }

    fn bound(&self, name: &str) -> Option<JsValue> {
        let value = Reflect::get(&self.0, &JsValue::from_str(name)).ok()?;
        (!value.is_null_or_undefined()).then_some(value)
    }

    /// Returns a URL that is unique for each gateway and account, since the deployments of a zone share the cache.
    fn cache_url(&self, path: &str) -> String {
        let setting = |name| self.setting(name).unwrap_or_default();
        let hash = Sha256::digest(format!("{}\0{}", setting("CITRN_BASE_URL"), setting("CITRN_API_KEY")));
        format!("https://catalogue.invalid/{}{path}", hex::encode(&hash))
    }
}

impl Runtime for Edge {
    async fn rpc(&self, object: Object, message: String, on_drop: OnDrop) -> Result<String, String> {
        let reply = async {
            let binding = object.namespace.binding();
            let namespace = self.0.durable_object(binding).map_err(|_| format!("the binding {binding} is missing"))?;
            let stub: Fetcher = namespace.get_by_name(&object.name()).map_err(reason)?.into_rpc();
            // Aborts after the reply was read have no effect.
            let abort = (on_drop == OnDrop::Abort).then(AbortOnDrop::new).transpose()?;
            let signal = abort.as_ref().map(|abort| abort.controller.signal());
            let text = call_object(&stub, binding, &message, signal.as_ref()).await?;
            text.as_string().ok_or(text)
        };
        reply.await.map_err(|error| describe(&error))
    }

    fn secret_bytes(&self) -> Option<[u8; 16]> {
        let mut bytes = [0; 16];
        random_values(&mut bytes).ok().map(|()| bytes)
    }

    fn is_bound(&self, limiter: Limiter) -> bool {
        self.bound(limiter.binding()).is_some()
    }

    async fn admits(&self, limiter: Limiter, key: &str) -> bool {
        let is_admitted = async {
            let limiter: RateLimiter = self.bound(limiter.binding())?.unchecked_into();
            let options = js_sys::Object::new();
            Reflect::set(&options, &JsValue::from_str("key"), &JsValue::from_str(key)).ok()?;
            let outcome = limiter.limit(&options).ok()?.await.ok()?;
            Reflect::get(&outcome, &JsValue::from_str("success")).ok()?.as_bool()
        };
        // A failing limiter must not make the Worker unavailable.
        is_admitted.await.unwrap_or(true)
    }

    async fn read_cache(&self, path: &str) -> Option<String> {
        let lookup = EDGE_CACHE.with(|cache| cache.as_ref()?.match_with_str(&self.cache_url(path)).ok())?;
        let response: WebResponse = lookup.await.ok()?.dyn_into().ok()?;
        response.text().ok()?.await.ok()?.as_string()
    }

    async fn write_cache(&self, path: &str, text: String, max_age: Duration) {
        let headers = vec![("Cache-Control", format!("max-age={}", max_age.as_secs()))];
        let stored = response(Answer { status: 200, headers, body: text, rest: None }).ok().and_then(|response| {
            EDGE_CACHE.with(|cache| cache.as_ref()?.put_with_str(&self.cache_url(path), &response).ok())
        });
        if let Some(stored) = stored {
            // The cache is optional.
            let _ = stored.await;
        }
    }

    async fn post(&self, url: &str, headers: &[(&'static str, String)], body: &str) -> Result<u16, String> {
        let answer = transport::post(url, headers, body).await;
        force_panic::at("delivered");
        answer.map_err(|error| describe(&error))
    }

    fn signal(&self) -> (Wake, impl Future<Output = ()>) {
        let mut resolve = None;
        let promise = Promise::new(&mut |fulfil, _| resolve = Some(fulfil));
        let wake = move || {
            // The runtime resumes the waiter in the request that created the promise (compatibility flag
            // handle_cross_request_promise_resolution). If that request has ended, nothing happens.
            let _ = resolve.map(|resolve| resolve.call0(&JsValue::UNDEFINED));
        };
        let woken = async move {
            let _ = promise.await;
        };
        (Box::new(wake), woken)
    }

    fn keep_alive(&self, work: LocalBoxFuture<'static, ()>) {
        let promise = future_to_promise(async move {
            work.await;
            Ok(JsValue::UNDEFINED)
        });
        // If the runtime rejects it, the work continues only while a request is open.
        let _ = wait_until(&promise);
    }

    fn log(&self, line: &str) {
        console_log!("{line}");
    }
}

impl Platform for Edge {
    async fn fetch(&self, request: &Request) -> Result<Response, FetchError> {
        force_panic::at("gateway");
        transport::fetch(request).await
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> {
        Delay::from(duration.min(LONGEST_TIMER))
    }

    fn now(&self) -> Duration {
        Duration::from_millis(Date::now() as u64)
    }

    #[expect(clippy::float_arithmetic, reason = "jitter, not money")]
    fn random(&self) -> u32 {
        (Math::random() * f64::from(u32::MAX)) as u32
    }
}

#[wasm_bindgen]
extern "C" {
    /// The stub of a Durable Object.
    type Fetcher;

    /// A rate limiter. The worker crate reads the outcome with serde-wasm-bindgen, which adds 10 KB to the upload.
    type RateLimiter;

    #[wasm_bindgen(method, catch)]
    fn limit(this: &RateLimiter, options: &js_sys::Object) -> Result<Promise, JsValue>;

    type Cache;

    /// The platform's default cache, an extension of the standard `CacheStorage`.
    #[wasm_bindgen(thread_local_v2, js_namespace = caches, js_name = default)]
    static EDGE_CACHE: Option<Cache>;

    #[wasm_bindgen(method, js_name = match, catch)]
    fn match_with_str(this: &Cache, url: &str) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, js_name = put, catch)]
    fn put_with_str(this: &Cache, url: &str, response: &WebResponse) -> Result<Promise, JsValue>;

    /// Web Cryptography API, "getRandomValues": cryptographically strong.
    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues, catch)]
    fn random_values(bytes: &mut [u8]) -> Result<(), JsValue>;
}

#[wasm_bindgen(module = "/src/edge/http.js")]
extern "C" {
    #[wasm_bindgen(js_name = callObject, catch)]
    async fn call_object(
        stub: &Fetcher,
        binding: &str,
        message: &str,
        signal: Option<&AbortSignal>,
    ) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen(module = "cloudflare:workers")]
extern "C" {
    /// The method `waitUntil` of the current request's context.
    #[wasm_bindgen(js_name = waitUntil, catch)]
    fn wait_until(promise: &Promise) -> Result<(), JsValue>;
}
