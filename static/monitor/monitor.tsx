// The page /monitor: what the gateway does at this moment.

import { render } from "preact";
import { App } from "../src/monitor/app.tsx";
import { chooseMode, mode } from "../src/monitor/mode.ts";

chooseMode(mode());
const root = document.getElementById("monitor");
if (root) render(<App />, root);
