// Package webhook tells other people's servers what happened: it posts an
// account's events to the endpoints that the account has registered, signed by
// the rules of Standard Webhooks (https://www.standardwebhooks.com).
//
// It works in two halves, with rows between them, so that nothing depends on a
// process that lives long enough. As a consumer of the log, a Sender turns each
// record into one delivery per endpoint that wants it (Handle, idempotent by
// endpoint and event). Its workers claim deliveries that are due, for a limited
// time, try each once and write down how that went (Run). Several processes
// may run a Sender on one database.
//
// What it promises:
//
//   - Each event arrives at least once, or its delivery is visibly failed after
//     Schedule has ended. A receiver tells repetitions by webhook-id, which is
//     the event's ID.
//   - While a receiver is well it gets the events of one call in order, one at a
//     time. One that fails steps aside after its first attempt and is repeated by
//     Schedule; the rest of its call goes on.
//   - A slow receiver holds up nobody else: deliveries under way are counted per
//     endpoint.
//   - It connects only where Reach allows. The address is checked after the name
//     was resolved, at the moment of dialling, and redirects are not followed,
//     so a receiver cannot turn the gateway against its own network.
//
// It never waits for a receiver on a call's path, and it never puts into a
// request what the event's data does not hold already.
package webhook
