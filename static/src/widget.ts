// The file that sites load: /v1/widget.js.

import { WebtrunkCall } from "./element.ts";

// Two copies of the script on one page are one widget.
if (!customElements.get("webtrunk-call")) customElements.define("webtrunk-call", WebtrunkCall);
