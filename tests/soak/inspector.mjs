// What an isolate of workerd holds, asked through its inspector.

const MEGABYTE = 1024 * 1024;

/**
 * Attaches to the only isolate of a workerd whose inspector listens.
 * @param {{ inspectorPort: number, url: string }} worker
 */
export async function inspect({ inspectorPort, url }) {
  const [target] = await (await fetch(`http://127.0.0.1:${inspectorPort}/json`)).json();
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve);
    socket.addEventListener("error", () => reject(new Error("the inspector does not take the connection")));
  });
  /** @type {Map<number, { resolve: (result: any) => void, reject: (error: Error) => void }>} */
  const waiting = new Map();
  /** @type {number | undefined} */
  let contextId;
  socket.addEventListener("message", ({ data }) => {
    const { id, result, error, method, params } = JSON.parse(data);
    if (method === "Runtime.executionContextCreated") contextId = params.context.id;
    const one = waiting.get(id);
    waiting.delete(id);
    if (error) one?.reject(new Error(`the inspector: ${error.message}`));
    else one?.resolve(result);
  });
  socket.addEventListener("close", () => {
    for (const { reject } of waiting.values()) reject(new Error("the inspector closed the connection"));
  });
  let calls = 0;
  const call = (/** @type {string} */ method, params = {}) =>
    new Promise((resolve, reject) => {
      waiting.set((calls += 1), { resolve, reject });
      socket.send(JSON.stringify({ id: calls, method, params }));
    });

  /** How much memory all wasm instances have, in MB. */
  async function wasm() {
    const objectGroup = "memories";
    const { result: prototype } = await call("Runtime.evaluate", {
      expression: "WebAssembly.Memory.prototype",
      objectGroup,
      contextId,
    });
    const { objects } = await call("Runtime.queryObjects", { prototypeObjectId: prototype.objectId, objectGroup });
    const functionDeclaration =
      "function () { return this.reduce((sum, memory) => sum + memory.buffer.byteLength, 0); }";
    const { result } = await call("Runtime.callFunctionOn", {
      objectId: objects.objectId,
      functionDeclaration,
      returnByValue: true,
    });
    await call("Runtime.releaseObjectGroup", { objectGroup });
    if (!(result.value > 0)) throw new Error("the inspector finds no memory of a wasm instance");
    return result.value / MEGABYTE;
  }

  await call("HeapProfiler.enable");
  // Enabled for as long as it takes to tell the context: it tells every line that is logged, too.
  await call("Runtime.enable");
  await call("Runtime.disable");
  return {
    /** Frees everything that nobody holds on to any more. */
    async collectGarbage() {
      let collected = false;
      const done = call("HeapProfiler.collectGarbage").finally(() => (collected = true));
      // It waits for the isolate to be entered.
      while (!collected)
        await Promise.all([
          fetch(`${url}/healthz`).then((response) => response.text()),
          new Promise((resolve) => setTimeout(resolve, 20)),
        ]);
      await done;
    },
    /** What the isolate holds, in MB: of JavaScript's heap what is used and what is reserved, and wasm's memory. */
    async memory() {
      const { usedSize, totalSize } = await call("Runtime.getHeapUsage");
      return { used: usedSize / MEGABYTE, reserved: totalSize / MEGABYTE, wasm: await wasm() };
    },
    close: () => socket.close(),
  };
}
