import { mount } from "svelte";
import Balance from "./Balance.svelte";

const target = document.querySelector("#app");
if (target) mount(Balance, { target, props: { link: import.meta.env.VITE_CHECKOUT_LINK } });
