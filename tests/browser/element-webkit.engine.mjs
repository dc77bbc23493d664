import { testElement } from "./element/tests.mjs";

testElement("WebKit");
