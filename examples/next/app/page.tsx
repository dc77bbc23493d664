import { pay } from "./actions";

export default function Shop() {
  return (
    <form action={pay}>
      <button type="submit">Pay with crypto</button>
    </form>
  );
}
