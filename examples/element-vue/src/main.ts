import { createApp } from "vue";
import Balance from "./Balance.vue";

createApp(Balance, { link: import.meta.env.VITE_CHECKOUT_LINK }).mount("#app");
