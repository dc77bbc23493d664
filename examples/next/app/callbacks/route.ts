import { callbackHandler } from "citrn";
import { citrn } from "../../lib/citrn";
import { processEvent, reviewEvent } from "../../lib/crediting";

/** Takes the gateway's callbacks. */
export const POST = callbackHandler({ citrn, process: processEvent, review: reviewEvent });
