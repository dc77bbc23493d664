import { testElement } from "./element/tests.mjs";

testElement("Firefox");
