// The long run: `node --test pkg/test/memory.soak.mjs`, about a minute.
import { testMemory } from "./memory.mjs";

testMemory(1);
