// The page /member: what somebody who calls an account has, and what their calls cost.

import { render } from "preact";
import { App } from "../src/member/app.tsx";

const root = document.getElementById("member");
if (root) render(<App />, root);
