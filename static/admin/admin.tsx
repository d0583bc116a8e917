// The page /admin: where an account is set up.

import { render } from "preact";
import { App } from "../src/admin/app.tsx";
import { chooseMode, mode } from "../src/monitor/mode.ts";

chooseMode(mode());
const root = document.getElementById("admin");
if (root) render(<App />, root);
