// Looks after an answered call, a file of its own: says how the network carries it, by
// the same limits as the check before a call, and keeps the screen awake, for a telephone
// that goes to sleep may take its microphone along.

import type { Care, CareHost } from "./careslot.ts";
import { type CareWords, careWords } from "./carewords.ts";
import { judge, measured } from "./check/quality.ts";
import { h, setText } from "./dom.ts";
import { report } from "./operator.ts";
import type { Teller } from "./record.ts";
import { Steady } from "./steady.ts";
import { Wakefulness } from "./wakefulness.ts";
import type { ChargeHost, ChargeTeller } from "./chargepane.ts";
import type { BillHost, BillTeller } from "./billpane.ts";
import { part } from "./part.ts";
import type { Bill, CallNotice, Charge, Recorded, RunningCall } from "./wire.ts";

/** The file of who tells of a recording; put in by the build. */
declare const RECORD: string;

/** The file of who tells what the call costs; put in by the build. */
declare const BILL: string;

/** The file of who asks for what is sold in the call; put in by the build. */
declare const CHARGE: string;

/** How often it is measured. */
const every = 5_000;

export function start(host: CareHost): Care {
  return new Carer(host);
}

class Carer implements Care {
  readonly #host: CareHost;
  readonly #words: CareWords;
  readonly #well = h("p", { class: "explain" });
  readonly #weak = h("p", { role: "status" });
  readonly #awake = new Wakefulness();
  #looking: ReturnType<typeof setInterval> | undefined;
  #steady = new Steady();
  #before: RTCStatsReport | undefined;
  #recorded: Recorded | undefined;
  #teller: Promise<Teller> | undefined;
  #biller: Promise<BillTeller> | undefined;
  /** The newest bill; none where the call costs nothing. */
  #bill: Bill | undefined;
  readonly #billed = h("div");
  #seller: Promise<ChargeTeller> | undefined;
  /** The newest charge; none where nothing is sold. */
  #charge: Charge | undefined;
  readonly #sold = h("div");

  constructor(host: CareHost) {
    this.#host = host;
    host.slot.before(this.#sold, this.#billed); // where it is still read when the call is over
    this.#words = careWords[host.language] ?? careWords.en!;
    host.slot.append(this.#well, this.#weak);
  }

  begin(): void {
    this.#unwatch();
    if (!this.#bill) void this.#biller?.then((biller) => biller.clear());
    if (!this.#charge) void this.#seller?.then((seller) => seller.clear());
    this.#awake.begin();
    this.#looking = setInterval(() => void this.#look(), every);
  }

  end(): void {
    this.#unwatch();
    this.#unbill();
  }

  heard(now?: CallNotice | RunningCall): void {
    if (!now) this.#unbill();
    else if (!("type" in now)) {
      this.#charged(now.bill);
      this.#sell(now.charge);
    } else if (now.type === "charge") return this.#sell(now.charge);
    else if (now.type === "bill") return this.#charged(now.bill);
    this.#recording(now && !("type" in now) ? now.recorded : now);
  }

  /** A bill may come before the call is answered, and the call may end before that. */
  #charged(now: Bill | undefined): void {
    if (!now) return;
    this.#bill = now;
    const root = this.#host.slot.getRootNode() as ShadowRoot;
    this.#biller ??= part<BillHost, BillTeller>(BILL, { root, slot: this.#billed, language: this.#host.language, answer: (accept, quote) => this.#host.ask({ type: "price", accept, quote }) });
    this.#biller.then((biller) => this.#bill === now && biller.show(now)).catch(() => (this.#biller = undefined)); // the next bill tries again
  }

  /** Who asks is loaded by the first that there is to pay. */
  #sell(now: Charge | undefined): void {
    if (!now) return;
    this.#charge = now;
    const root = this.#host.slot.getRootNode() as ShadowRoot;
    this.#seller ??= part<ChargeHost, ChargeTeller>(CHARGE, { root, slot: this.#sold, language: this.#host.language, answer: (charge, accept) => this.#host.ask({ type: "charge", charge, accept }) });
    this.#seller.then((seller) => this.#charge === now && seller.show(now)).catch(() => (this.#seller = undefined)); // the next one tries again
  }

  #unbill(): void {
    this.#bill = undefined;
    this.#charge = undefined;
    void this.#seller?.then((seller) => seller.over());
    void this.#biller?.then((biller) => biller.over());
  }

  #unwatch(): void {
    clearInterval(this.#looking);
    this.#awake.end();
    this.#steady = new Steady();
    this.#before = undefined;
    setText(this.#well, "");
    setText(this.#weak, "");
  }

  /** Who tells of it is loaded by the first that there is to tell. */
  #recording(now: Recorded | undefined): void {
    this.#recorded = now;
    if (!now && !this.#teller) return;
    this.#teller ??= import(new URL(RECORD, import.meta.url).href).then(({ start }: { start(host: CareHost): Teller }) => start(this.#host));
    this.#teller.then((teller) => teller.draw(this.#recorded)).catch(() => {
      this.#teller = undefined;
      report("what tells of the recording could not be loaded");
    });
  }

  async #look(): Promise<void> {
    const steady = this.#steady;
    const now = await this.#host.stats();
    const before = this.#before;
    this.#before = now;
    if (!now || !before || steady !== this.#steady) return;
    const quality = measured(now, before);
    // Where nothing comes, as on hold, or when the call was taken up anew, nothing is known.
    if (quality.jitter === undefined) return;
    const weak = steady.take(judge(quality)[0]);
    setText(this.#well, weak === "" ? this.#words.well : "");
    setText(this.#weak, weak ? this.#words[weak] : "");
  }
}
