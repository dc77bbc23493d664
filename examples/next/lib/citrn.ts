import "server-only";
import { Citrn } from "citrn";

const { CITRN_API_KEY: apiKey, CITRN_SECRET: secret, CITRN_BASE_URL: baseUrl } = process.env;

export const citrn = new Citrn({ apiKey, secret, baseUrl });
