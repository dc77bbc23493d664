// Leaves an error of the package uncaught, in the way that the argument names.
import { Citrn } from "citrn";

const answer = { status: 500, headers: { get: () => null }, arrayBuffer: () => new ArrayBuffer(0) };
const citrn = new Citrn({ apiKey: "key", secret: "secret", maxRetries: 0, fetch: async () => answer });

function shop(way) {
  switch (way) {
    case "a rejected call that is not awaited":
      citrn.balances.list();
      break;
    case "a refused parameter that is not awaited":
      citrn.addresses.take({ foreign_id: 17 });
      break;
    case "a request by path that is not awaited":
      citrn.request("/balances/list");
      break;
    case "a thrown error":
      citrn.callbacks.verify("{}", {});
      break;
    default:
      throw new Error(`there is no ${way}`);
  }
}

shop(process.argv[2]);
