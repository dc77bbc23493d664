import type { CitrnPayStatus } from "citrn/element/react";
import "citrn/element/react";
import { useState } from "react";

/** @param link a checkout link, which your server creates for the payer */
export function Balance({ link }: { link: string }) {
  const [status, setStatus] = useState<CitrnPayStatus>();
  const deposit = status?.state === "confirmed" ? status.deposits[0] : undefined;
  return (
    <main>
      <h1>Your balance</h1>
      <citrn-pay mode="dialog" oncitrn-status={({ detail }) => setStatus(detail)}>
        <a href={link}>Top up with crypto</a>
      </citrn-pay>
      {/* Only shown: your server credits what the callback reports. */}
      {deposit && (
        <p>
          Received {deposit.amount} {deposit.currency}
        </p>
      )}
    </main>
  );
}
