// The memory of a workerd isolate, read through its inspector.

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
    socket.addEventListener("error", () => reject(new Error("the inspector refuses the connection")));
  });
  /** @type {Map<number, { resolve: (result: any) => void, reject: (error: Error) => void }>} */
  const pending = new Map();
  /** @type {number | undefined} */
  let contextId;
  socket.addEventListener("message", ({ data }) => {
    const { id, result, error, method, params } = JSON.parse(data);
    if (method === "Runtime.executionContextCreated") contextId = params.context.id;
    const call = pending.get(id);
    pending.delete(id);
    if (error) call?.reject(new Error(`the inspector: ${error.message}`));
    else call?.resolve(result);
  });
  socket.addEventListener("close", () => {
    for (const { reject } of pending.values()) reject(new Error("the inspector closed the connection"));
  });
  let calls = 0;
  const call = (/** @type {string} */ method, params = {}) =>
    new Promise((resolve, reject) => {
      pending.set((calls += 1), { resolve, reject });
      socket.send(JSON.stringify({ id: calls, method, params }));
    });

  /** Returns the memory of all wasm instances, in MB. */
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
  // Enabled only until the context id is known, since it also reports every logged line.
  await call("Runtime.enable");
  await call("Runtime.disable");
  return {
    /** Runs the garbage collector. */
    async collectGarbage() {
      let collected = false;
      const done = call("HeapProfiler.collectGarbage").finally(() => (collected = true));
      // The collection starts only when the isolate handles a request.
      while (!collected)
        await Promise.all([
          fetch(`${url}/healthz`).then((response) => response.text()),
          new Promise((resolve) => setTimeout(resolve, 20)),
        ]);
      await done;
    },
    /** Returns the isolate's used and reserved JavaScript heap and its wasm memory, in MB. */
    async memory() {
      const { usedSize, totalSize } = await call("Runtime.getHeapUsage");
      return { used: usedSize / MEGABYTE, reserved: totalSize / MEGABYTE, wasm: await wasm() };
    },
    close: () => socket.close(),
  };
}
