import { creditsOf } from "../../../lib/database";

/** Payers return here, perhaps before the callback has come. */
export default async function Order({ params }: { params: Promise<{ order: string }> }) {
  const credits = creditsOf((await params).order);
  if (credits.length === 0) return <p>Waiting for the payment.</p>;
  return credits.map(({ transaction_id, amount, currency }) => (
    <p key={transaction_id}>{`Received ${amount} ${currency}.`}</p>
  ));
}
