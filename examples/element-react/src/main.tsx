import { createRoot } from "react-dom/client";
import { Balance } from "./Balance.tsx";

const app = document.querySelector("#app");
if (app) createRoot(app).render(<Balance link={import.meta.env.VITE_CHECKOUT_LINK} />);
