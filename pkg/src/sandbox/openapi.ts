import description from "citrn:openapi";
import type { EngineResponse } from "./engine.js";

/** Where the sandbox serves the OpenAPI description of the gateway. */
export const OPENAPI_TARGET = "/_sandbox/openapi.json";

/** Returns the description of the gateway. Its only server is the sandbox, so that no tool calls the real gateway. */
export function describeGateway(baseUrl: string): EngineResponse {
  const entries = Object.entries(description.paths).map(([path, { servers: _, ...item }]) => [path, item]);
  const served = { ...description, servers: [{ url: baseUrl }], paths: Object.fromEntries(entries) };
  return {
    status: 200,
    headers: [["Content-Type", "application/json"]],
    body: JSON.stringify(served),
    transport: { delay_ms: 0, interruption: null },
    settle: false,
  };
}
