"use server";

import { randomUUID } from "node:crypto";
import { redirect } from "next/navigation";
import { citrn } from "../lib/citrn";

/** Creates a payment, and redirects the payer to it. */
export async function pay(): Promise<void> {
  // Callbacks carry this id and no other, so each order needs one.
  const order = `order-${randomUUID()}`;
  const payment = await citrn.payments.create({
    foreign_id: order,
    coin_name: "USDTT", // USDT on Tron
    return_url: `${process.env.SHOP_URL}/orders/${order}`,
  });
  redirect(payment.redirect_url);
}
