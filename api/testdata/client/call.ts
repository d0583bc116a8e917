// A partner's first program: calls two telephones and joins them, waits until
// they talk, and hangs up. Its types come from the gateway's own description.
//
//	node call.js URL KEY FROM TO

import createClient from "openapi-fetch";
import type { paths } from "./schema.js";

const [url, key, from, to] = process.argv.slice(2) as [string, string, string, string];
const client = createClient<paths>({ baseUrl: url, headers: { Authorization: `Bearer ${key}` } });

const made = await client.POST("/v1/calls", {
  params: { header: { "Idempotency-Key": "first-call" } },
  body: { from, to, metadata: { order: "1" } },
});
if (!made.data) throw new Error(`no call was made: ${JSON.stringify(made.error)}`);
const id = made.data.id;

for (let status = ""; status !== "in_progress"; ) {
  const call = await client.GET("/v1/calls/{call}", { params: { path: { call: id } } });
  if (!call.data) throw new Error(`the call is lost: ${JSON.stringify(call.error)}`);
  status = call.data.status;
  if (status === "failed") throw new Error(`the call failed: ${JSON.stringify(call.data)}`);
}

const ended = await client.POST("/v1/calls/{call}/hangup", { params: { path: { call: id } }, body: {} });
if (ended.error) throw new Error(`it cannot be hung up: ${JSON.stringify(ended.error)}`);
console.log(id);
