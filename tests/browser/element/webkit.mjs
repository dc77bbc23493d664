import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { webkit } from "../../../scripts/engines.mjs";
import { freePort } from "../../../scripts/ports.mjs";

/** WebDriver's codes of keys: https://www.w3.org/TR/webdriver2/#keyboard-actions */
const KEYS = {
  Tab: "\uE004",
  Enter: "\uE007",
  Escape: "\uE00C",
  Control: "\uE009",
  Shift: "\uE008",
  PageDown: "\uE00F",
};
/** Returns the frame of the dialog, and the element that has the focus. */
const FRAME_AND_FOCUS = `
  const { shadowRoot } = document.querySelector("citrn-pay");
  return [shadowRoot.querySelector("iframe"), shadowRoot.activeElement ?? document.activeElement];`;

/** Opens a window of WebKitGTK, driven by WebDriver. @type {import("./browsers.mjs").Open} */
export async function openWebkit({ dark = false, javaScript = true } = {}) {
  const programs = webkit();
  const port = await freePort(0, { purpose: "WebKit's driver", flag: "port" });
  const args = ["-a", "--server-args=-screen 0 1024x768x24", programs.driver, `--port=${port}`];
  const env = { ...process.env, ...(dark && { GTK_THEME: "Adwaita:dark" }) };
  const child = spawn(programs.display, args, { detached: true, stdio: "ignore", env });
  const endpoint = `http://127.0.0.1:${port}`;

  const command = async (method, path, body = method === "POST" ? {} : undefined) => {
    const response = await fetch(endpoint + path, {
      method,
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
    return value;
  };
  const start = async () => {
    const options = { binary: programs.browser, args: ["--automation", `--enable-javascript=${javaScript}`] };
    const capabilities = { alwaysMatch: { "webkitgtk:browserOptions": options } };
    for (const until = Date.now() + 20_000; ; ) {
      try {
        return await command("POST", "/session", { capabilities });
      } catch (error) {
        if (Date.now() > until || !(error instanceof TypeError)) throw error;
        await sleep(100);
      }
    }
  };
  const { sessionId } = await start();
  const session = (method, path, body) => command(method, `/session/${sessionId}${path}`, body);
  const first = await session("GET", "/window");
  await session("POST", "/window/rect", { width: 800, height: 600 });

  /** Runs a script, which may be asynchronous. */
  const evaluate = async (script, value = null) => {
    const source = typeof script === "string" ? script : `const result = (${script})(input);`;
    const body = `const [input, done] = arguments;
      ${source}
      Promise.resolve(${typeof script === "string" ? "" : "result"}).then((value) => done({ value }), (error) => done({ error: String(error) }));`;
    const outcome = await session("POST", "/execute/async", { script: body, args: [value] });
    if (outcome.error !== undefined) throw new Error(outcome.error);
    return outcome.value ?? undefined;
  };
  const handles = async () => {
    const all = await session("GET", "/window/handles");
    return [first, ...all.filter((/** @type {string} */ handle) => handle !== first)];
  };
  const inWindow = async (handle, work) => {
    await session("POST", "/window", { handle });
    const result = await work();
    await session("POST", "/window", { handle: first });
    return result;
  };
  const actions = (type, id, list) =>
    session("POST", "/actions", {
      actions: [{ type, id, actions: list, ...(type === "pointer" && { parameters: { pointerType: "mouse" } }) }],
    });

  return {
    goto: (url) => session("POST", "/url", { url }),
    url: () => session("GET", "/url"),
    evaluate,
    evaluateInFrame: async (script, value) => {
      // The driver moves the focus into a frame that it enters.
      const [frame, focused] = await session("POST", "/execute/sync", { script: FRAME_AND_FOCUS, args: [] });
      await session("POST", "/frame", { id: frame });
      try {
        return await evaluate(script, value);
      } finally {
        await session("POST", "/frame", { id: null });
        const script = "focus(); arguments[0]?.focus()";
        await session("POST", "/execute/sync", { script, args: [focused] });
      }
    },
    press: async (keys) => {
      const values = keys.split("+").map((key) => KEYS[key] ?? key);
      const down = values.map((value) => ({ type: "keyDown", value }));
      const up = values.reverse().map((value) => ({ type: "keyUp", value }));
      await actions("key", "keyboard", [...down, ...up]);
    },
    click: (x, y) =>
      actions("pointer", "mouse", [
        { type: "pointerMove", x: Math.round(x), y: Math.round(y) },
        { type: "pointerDown", button: 0 },
        { type: "pointerUp", button: 0 },
      ]),
    wheel: () => actions("wheel", "wheel", [{ type: "scroll", x: 5, y: 5, deltaX: 0, deltaY: 300 }]),
    windows: async () => {
      const urls = [];
      for (const handle of await handles()) urls.push(await inWindow(handle, () => session("GET", "/url")));
      return urls;
    },
    evaluateInWindow: async (index, script) => inWindow((await handles())[index], () => evaluate(script)),
    screenshot: async (path) => writeFileSync(path, Buffer.from(await session("GET", "/screenshot"), "base64")),
    close: async () => {
      await session("DELETE", "").catch(() => {});
      process.kill(-child.pid, "SIGKILL");
    },
  };
}
