// Copy buttons, local times, the filter of the coins, and the live status. Every page works without this script.
(() => {
  const element = (id) => document.getElementById(id);
  const all = (selector) => [...document.querySelectorAll(selector)];

  const copies = all("[data-copy]");
  for (const button of copies) {
    const label = button.textContent;
    button.hidden = false;
    button.onclick = async () => {
      for (const other of copies) other.textContent = label;
      element("said").textContent = "";
      const value = element(button.dataset.copy);
      try {
        await navigator.clipboard.writeText(value.textContent);
      } catch {
        // A frame may not write to the clipboard, but it may copy a selection.
        getSelection().selectAllChildren(value);
        if (!document.execCommand("copy")) return;
      }
      element("said").textContent = button.textContent = button.dataset.done;
    };
  }

  // The digits of the amounts.
  const locale = `${document.documentElement.lang}-u-nu-latn`;
  const dates = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  const durations = new Intl.RelativeTimeFormat(locale);
  const UNITS = { day: 864e5, hour: 36e5, minute: 6e4 };
  const showDurations = () => {
    for (const relative of all("[data-at]")) {
      const left = relative.dataset.at - Date.now();
      if (left <= 0 && relative.parentNode.id === "expires") {
        // Only once, however long it takes.
        delete relative.dataset.at;
        return location.reload();
      }
      const unit = Object.keys(UNITS).find((unit) => Math.abs(left) >= UNITS[unit] * (unit === "minute" ? 1 : 2));
      const text = unit ? durations.format(Math.trunc(left / UNITS[unit]), unit) : relative.dataset.near;
      if (text !== relative.textContent) relative.textContent = text;
    }
  };
  const showTimes = (requestedAt) => {
    for (const time of all("time")) time.textContent = dates.format(new Date(time.dateTime));
    // The payer's clock may be wrong. It still measures how much time has passed.
    for (const { dataset } of all("[data-left]")) dataset.at ??= requestedAt + Number(dataset.left);
    showDurations();
  };
  showTimes(Date.now() - performance.now());
  setInterval(showDurations, 1e3);

  // A key that ends the composition of an input method. Safari sends it after the composition, with this code.
  const isComposing = (event) => event.isComposing || event.keyCode === 229;

  const filter = element("filter");
  if (filter) {
    const rows = all(".coin").map((row) => ({ row, input: row.querySelector("input") }));
    filter.parentNode.hidden = false;
    filter.oninput = () => {
      const words = filter.value.toLowerCase().split(/\s+/);
      let found = 0;
      for (const { row, input } of rows) {
        const text = `${row.querySelector(".name").textContent} ${input.value}`.toLowerCase();
        const matches = words.every((word) => text.includes(word));
        found += matches;
        // The chosen coin stays visible: the buttons apply to it.
        row.hidden = !matches && !input.checked;
      }
      const none = element("no-match");
      none.textContent = found ? "" : none.dataset.text;
    };
    filter.onkeydown = (event) => {
      if (isComposing(event)) return;
      if (event.key === "Escape" && filter.value) {
        event.stopPropagation();
        filter.value = "";
        filter.oninput();
      }
      // The Enter key would submit the form.
      if (event.key !== "Enter") return;
      event.preventDefault();
      rows.find(({ row }) => !row.hidden)?.input.focus();
    };
  }

  // A key that is pressed in a frame does not reach the page with the dialog around it.
  if (self !== top) {
    addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !isComposing(event)) parent.postMessage("citrn-close", "*");
    });
  }

  // Browsers without Sec-Fetch-Dest do not send that the page is in a frame.
  const framed = element("framed");
  if (framed) framed.disabled = self === top;

  // The payer pays in the new tab, and sees the status here.
  const next = document.querySelector("[data-next]");
  if (next) next.onclick = () => setTimeout(() => location.assign(next.dataset.next));

  const live = element("live");
  if (live) {
    const RETRY_AFTER = 3e4;
    const endsAt = Date.now() + UNITS.day;
    const states = (deposits) => deposits.map(({ state }) => state).join();
    let latest;
    let stream;
    let retry;
    const update = async () => {
      const requestedAt = Date.now();
      try {
        const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
        if (!answer.ok) throw answer.status;
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        for (const id of ["now", "earlier"]) element(id).replaceChildren(...page.getElementById(id).childNodes);
        showTimes(requestedAt);
      } catch {
        stream.close();
        latest = "";
        retry = setTimeout(listen, RETRY_AFTER);
      }
    };
    const listen = () => {
      clearTimeout(retry);
      stream?.close();
      if (document.hidden || Date.now() > endsAt) return;
      stream = new EventSource(location.pathname);
      stream.addEventListener("status", ({ data }) => {
        const { deposits, earlier } = JSON.parse(data);
        const shown = all("[data-state]").map(({ dataset }) => dataset);
        const hasChanged = latest !== undefined && data !== latest;
        latest = data;
        // An amount can become known, and a deposit belong to an earlier session, without another state.
        if (hasChanged || states([...deposits, ...earlier]) !== states(shown)) update();
      });
      stream.onerror = () => {
        // After an error status, the browser does not connect again.
        if (stream.readyState === 2 || Date.now() > endsAt) retry = setTimeout(listen, RETRY_AFTER);
      };
    };
    live.textContent = live.dataset.live;
    element("refresh").hidden = true;
    document.addEventListener("visibilitychange", listen);
    addEventListener("load", () =>
      setTimeout(() => {
        // Cancels the refresh of the page.
        stop();
        listen();
      }),
    );
  }
})();
