import { testMemory } from "./memory.mjs";

testMemory(20);
