// A WebSocket without a network: a test plays the gateway's side of it.

import type { FromGateway, ToGateway } from "../src/wire.ts";

export class FakeSocket {
  static opened: FakeSocket[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  sent: ToGateway[] = [];
  closedWith: number | undefined;

  constructor() {
    FakeSocket.opened.push(this);
  }

  static open = (): WebSocket => new FakeSocket() as unknown as WebSocket;

  static get last(): FakeSocket {
    const last = FakeSocket.opened.at(-1);
    if (!last) throw new Error("no socket was opened");
    return last;
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text) as ToGateway);
  }

  close(code: number): void {
    this.closedWith = code;
  }

  // The gateway's side.

  accept(): this {
    this.onopen?.();
    return this;
  }

  say(message: FromGateway): this {
    this.onmessage?.({ data: JSON.stringify(message) });
    return this;
  }

  /** The network drops the connection, or the gateway closes it with a code. */
  lose(code = 1006): void {
    this.onclose?.({ code });
  }
}
