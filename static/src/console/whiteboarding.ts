// What passes between a call's room and the board that is open in this page, if one is.

import type { Board } from "../boardpane.ts";
import type { Operation, Room, RoomWish, Ticket, Trouble } from "../wire.ts";

export class Whiteboarding {
  readonly ask: (wish: RoomWish) => void;
  #board: Board | undefined;

  constructor(ask: (wish: RoomWish) => void) {
    this.ask = ask;
  }

  /** A board is open, until the returned end is called. */
  sees(board: Board): () => void {
    this.#board = board;
    return () => {
      if (this.#board === board) this.#board = undefined;
    };
  }

  passing(operation: Operation): void {
    this.#board?.passing(operation);
  }

  heard(message: Room | Ticket | Trouble): void {
    if (message.type === "error") this.#board?.refused(message);
  }

  back(): void {
    this.#board?.back();
  }
}
