// The page /console: where agents take calls.

import { render } from "preact";
import { App } from "../src/console/app.tsx";
import { chooseMode, mode } from "../src/monitor/mode.ts";

chooseMode(mode());
const root = document.getElementById("console");
if (root) render(<App />, root);
