// Asks the gateway what a call would cost, over a session of its own that ends with it.

import { Session } from "./session.ts";
import type { Cost, Papers } from "./wire.ts";

/** How long that may take, in ms. */
const patience = 10_000;

export interface Asking {
  url: string;
  key: string;
  papers: Papers;
  to: string;
  /** Shows what a call costs, or that it costs nothing; says whether the person sees the price now. */
  show(cost: Cost | undefined): boolean;
  open?: (url: string) => WebSocket;
}

/** Resolves once it is shown, and where calling is to accept it once the gateway knows that it was. */
export function askCost({ url, key, papers: { token: _, ...papers }, to, show, open }: Asking): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(late);
      session.stop();
      resolve();
    };
    const late = setTimeout(end, patience);
    const session: Session = new Session({
      url,
      key,
      papers,
      patience,
      ...(open ? { open } : {}),
      onWelcome: () => session.send({ type: "cost", id: "cost", to }),
      onCaughtUp: () => undefined,
      onMessage: (said) => {
        if (said.type === "error") end();
        if (said.type !== "cost") return;
        const { id, cost } = said;
        if (id === "cost" && show(cost) && cost?.accepted_by_use) session.send({ type: "cost", id: "shown", to, shown: cost.tag });
        else end();
      },
      onLost: () => undefined, // it is asked again with the next welcome
      onRefused: end,
    });
    session.start();
  });
}
