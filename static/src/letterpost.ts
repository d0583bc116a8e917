// Brings one message to the gateway, over a session of its own that ends with it.

import { Session } from "./session.ts";
import type { Settings } from "./surroundings.ts";
import type { ToGateway } from "./wire.ts";

type Message = Extract<ToGateway, { type: "message" }>;

/** How long that may take, in ms. */
const patience = 10_000;

/** Resolves to nothing once the message is kept, else to a code of why it is not. */
export function posted({ url, key, papers: { token: _, ...papers } }: Settings, message: Message): Promise<string> {
  return new Promise((resolve) => {
    const end = (code: string) => {
      clearTimeout(late);
      session.stop();
      resolve(code);
    };
    const late = setTimeout(end, patience, "gateway_unreachable");
    const session: Session = new Session({
      url,
      key,
      papers,
      patience,
      onWelcome: () => session.send(message),
      onCaughtUp: () => undefined,
      onMessage: (said) => {
        if (said.type === "message" && said.id === message.id) end("");
        if (said.type === "error" && said.id === message.id) end(said.code);
      },
      onLost: () => undefined, // it is sent again with the next welcome
      onRefused: ({ code }) => end(code),
    });
    session.start();
  });
}
