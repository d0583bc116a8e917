// The file that is loaded for a check before a call.

export { start } from "./check/pane.ts";
