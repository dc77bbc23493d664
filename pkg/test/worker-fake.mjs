// A fake Worker, which gives the answers of a test and records the requests.
import { CitrnWorker } from "citrn/worker";
import { json, startGateway } from "./gateway.mjs";

export const TOKEN = "token-of-the-shop-aXb7";
export const PAYMENT = { foreign_id: "user-17", coin_name: "USDTT", return_url: "https://shop.example/thanks" };
export const CREATED = { session_id: "s-1", redirect_url: "https://pay.example/s-1" };

/** @typedef {Parameters<Parameters<typeof startGateway>[0]>[0]} Request */
/** @typedef {(request: Request, response: import("node:http").ServerResponse) => void} Step */

/** Answers with JSON. @returns {Step} */
export const answer =
  (status, body, headers = {}) =>
  (_, response) =>
    json(response, status, body, headers);

/** Answers with a problem. @returns {Step} */
export const problem = (status, code, { headers = {}, ...more } = {}) =>
  answer(
    status,
    {
      type: `https://github.com/citrn/citrn/blob/main/worker/PROBLEMS.md#${code}`,
      title: "A title",
      status,
      detail: `The detail of ${code}.`,
      code,
      executed: "no",
      retryable: false,
      request_id: "request-1",
      ...more,
    },
    { "Content-Type": "application/problem+json", ...headers },
  );

/** Drops the connection once the request was read. @type {Step} */
export const drop = (_, response) => response.socket.destroy();

/** Never answers. @type {Step} */
export const stall = () => {};

export async function startFakeWorker() {
  /** @type {Step[]} */
  let steps = [];
  const server = await startGateway((request, response) => {
    const step = steps.length > 1 ? steps.shift() : steps[0];
    step(request, response);
  });
  const url = server.baseUrl.replace(/\/api$/, "");
  return {
    url,
    /** The requests since the last call of `answers`. */
    requests: server.requests,
    /** Sets the answers to the next requests; the last one repeats. @param {Step[]} next */
    answers(...next) {
      server.requests.length = 0;
      steps = next;
    },
    /** @param {Partial<import("citrn/worker").CitrnWorkerOptions>} options */
    client: (options = {}) => new CitrnWorker({ url, token: TOKEN, ...options }),
    close: server.close,
  };
}

/** The error of a promise that must reject. @param {Promise<unknown>} promise @returns {Promise<any>} */
export async function errorOf(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("It did not reject.");
}
