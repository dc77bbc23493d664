const received = document.querySelector("#received");

document.querySelector("citrn-pay")?.addEventListener("citrn-status", ({ detail: { state, deposits } }) => {
  // Only shown: your server credits what the callback reports.
  if (received && state === "confirmed")
    received.textContent = `Received ${deposits[0]?.amount} ${deposits[0]?.currency}`;
});
