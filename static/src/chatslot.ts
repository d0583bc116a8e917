// Where the chat has its place in the panel. What is done beside the call is kept
// until the chat is loaded, which it is when somebody else can read along: most
// calls are to telephones, and those who make them load nothing.

import { h } from "./dom.ts";
import { part } from "./part.ts";
import type { FileWish, Room, RoomWish, Ticket, Trouble, Writing } from "./wire.ts";

/** What the chat needs of the panel. */
export interface ChatHost {
  root: ShadowRoot;
  slot: HTMLElement;
  language: string;
  ask(wish: RoomWish | FileWish | Writing): void;
  changed(): void;
  /** Whether a person has the panel before their eyes. */
  shown(): boolean;
}

/** The chat, once it is loaded. */
export interface Chat {
  /** The call there is, or was last; one in writing is nothing but this. */
  turned(call: string, running: boolean, written: boolean): void;
  heard(message: Room | Ticket | Trouble): void;
  /** The connection was lost, and is back. */
  back(): void;
  /** The panel may have been opened. */
  looked(): void;
  leave(): void;
  /** What is new, in words; empty for nothing. */
  readonly badge: string;
  /** What the person has written. */
  readonly own: string;
}

/** The file of the chat; put in by the build. */
declare const CHAT: string;

export class ChatSlot {
  readonly element = h("div", { class: "chat-slot", hidden: true });
  #chat: Chat | undefined;
  #heard: (Room | Ticket | Trouble)[] = [];
  #loading = false;
  #call: [id: string, running: boolean, written: boolean] = ["", false, false];
  readonly #host: ChatHost;

  constructor(host: Omit<ChatHost, "slot">) {
    this.#host = { ...host, slot: this.element };
  }

  get badge(): string {
    return this.#chat?.badge ?? "";
  }

  get own(): string {
    return this.#chat?.own ?? "";
  }

  turned(...call: [id: string, running: boolean, written: boolean]): void {
    if (call[0] !== this.#call[0]) this.#heard = [];
    this.#call = call;
    if (this.#chat) this.#chat.turned(...call);
    else if (call[1] && call[2] && !this.#loading) void this.#load();
  }

  heard(message: Room | Ticket | Trouble): void {
    if (this.#chat) return this.#chat.heard(message);
    this.#heard.push(message);
    if (!this.#loading && message.type === "room" && (message.others || message.operations)) void this.#load();
  }

  /** Until there is a chat, nobody knows whether something was written meanwhile. */
  back(): void {
    if (this.#chat) this.#chat.back();
    else this.#host.ask({ after: 0 });
  }

  looked(): void {
    this.#chat?.looked();
  }

  leave(): void {
    this.#chat?.leave();
  }

  async #load(): Promise<void> {
    this.#loading = true;
    try {
      this.#chat = await part<ChatHost, Chat>(CHAT, this.#host);
    } catch {
      this.#loading = false; // the next message tries again
      return;
    }
    this.#chat.turned(...this.#call);
    for (const message of this.#heard.splice(0)) this.#chat.heard(message);
  }
}
