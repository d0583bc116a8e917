// The check before a call, a file of its own that is loaded when somebody asks for it:
// the microphone (is it had, is anything heard, does it hear the loudspeaker) and the
// network at once, each outcome with its sentence and what to do about it.

import type { Check, CheckHost } from "../checkslot.ts";
import { h, setText, sheet } from "../dom.ts";
import type { CheckResult, MicrophoneOutcome } from "../host.ts";
import { Level } from "../level.ts";
import { faultOf, faultOfPage, type MicrophoneFault, openMicrophone } from "../microphone.ts";
import { telephone } from "../number.ts";
import { checkEnded, wrongNow } from "../refuse.ts";
import { chosen } from "../chosen.ts";
import { stopTracks } from "../tracks.ts";
import { aborted } from "./abort.ts";
import { echoes } from "./echo.ts";
import { hears } from "./hearing.ts";
import { type NetworkFinding, type NetworkOutcome, probe } from "./network.ts";
import { Pickers } from "./pickers.ts";
import { checkCSS } from "./styles.ts";
import { type CheckWords, checkWords } from "./words.ts";

export function start(host: CheckHost): Check {
  return new CheckPane(host);
}

/** What does not keep a call from working, as far as it is known. */
const callable: { microphone: MicrophoneOutcome[]; network: NetworkOutcome[] } = {
  microphone: ["good", "unmeasured"],
  network: ["good", "udp_blocked", "unknown"],
};

class CheckPane implements Check {
  readonly #host: CheckHost;
  readonly #words: CheckWords;
  readonly #pickers: Pickers;
  readonly #step = h("p", { class: "step" });
  readonly #findings = { microphone: h("li", { hidden: true }), network: h("li", { hidden: true }) };
  readonly #meter: HTMLMeterElement;
  readonly #loudness: HTMLElement;
  readonly #wayOut = h("a", { class: "way-out", part: "fallback" });
  readonly #again: HTMLButtonElement;
  readonly #title: HTMLElement;
  /** What is being checked; another check, and putting it away, ends it. */
  #run = new AbortController();
  /** Of the run, what hears the microphone; choosing another one ends it. */
  #listening = new AbortController();
  #microphone: Promise<MicrophoneOutcome> | undefined;
  /** What was found of the network, by this run. */
  #carries: NetworkFinding | undefined;
  #loudest = 0;
  #letGo: (() => void) | undefined;

  constructor(host: CheckHost) {
    this.#host = host;
    const words = (this.#words = checkWords[host.language] ?? checkWords.en!);
    this.#pickers = new Pickers(words, () => this.#listen());
    this.#title = h("h3", { id: "check-title", tabindex: "-1" }, words.title);
    this.#meter = h("meter", { min: "0", max: "1", low: "0.15", high: "0.9", optimum: "0.5", part: "check-level" });
    this.#loudness = h("label", { hidden: true }, words.level, this.#meter);
    this.#again = this.#button(words.again, "check-again", () => void this.run().catch(() => undefined));
    host.root.adoptedStyleSheets.push(sheet(checkCSS));
    host.slot.append(
      h("section", { class: "check", part: "check-pane", "aria-labelledby": "check-title" },
        this.#title, this.#pickers.element, this.#loudness,
        h("div", { role: "status", "aria-atomic": "false", part: "check-status" }, this.#step,
          h("ul", { part: "check-findings" }, this.#findings.microphone, this.#findings.network)),
        this.#wayOut, this.#again, this.#button(words.close, "check-close", host.closed)),
    );
  }

  async run(): Promise<CheckResult> {
    this.close();
    const { signal } = (this.#run = new AbortController());
    for (const finding of Object.values(this.#findings)) finding.hidden = true;
    this.#carries = undefined;
    this.#wayOut.hidden = this.#again.hidden = true;
    this.#title.focus();
    this.#listen();
    const network = await Promise.race([this.#network(signal), aborted(signal)]);
    const microphone = await this.#settled(signal);
    this.#carries = network;
    return this.#conclude(microphone, network);
  }

  close(): void {
    const ended = wrongNow(checkEnded);
    this.#run.abort(ended);
    this.#listening.abort(ended);
    this.#letGo?.();
  }

  /** What became of the microphone: of the last one, where another was chosen meanwhile. */
  async #settled(signal: AbortSignal): Promise<MicrophoneOutcome> {
    for (;;) {
      const latest = this.#microphone!;
      const outcome = await Promise.race([latest.catch(() => undefined), aborted(signal)]);
      if (outcome && latest === this.#microphone) return outcome;
    }
  }

  #listen(): void {
    this.#listening.abort(wrongNow(checkEnded));
    this.#letGo?.();
    const { signal } = (this.#listening = new AbortController());
    this.#findings.microphone.hidden = true;
    this.#microphone = this.#hear(signal);
    this.#microphone.then(
      (outcome) => {
        this.#found("microphone", callable.microphone.includes(outcome), this.#sentence(outcome));
        if (this.#carries) this.#conclude(outcome, this.#carries);
      },
      () => undefined, // ended: nobody waits for it
    );
  }

  async #hear(signal: AbortSignal): Promise<MicrophoneOutcome> {
    this.#loudest = 0;
    const fault = faultOfPage();
    if (fault) return fault;
    this.#say(this.#words.allow);
    const { microphone, speaker } = chosen();
    let stream: MediaStream;
    try {
      stream = await openMicrophone(this.#host.settings().processing, microphone);
    } catch (thrown) {
      return faultOf(thrown);
    }
    if (signal.aborted) {
      stopTracks(stream);
      throw signal.reason as Error;
    }
    const level = this.#meet(stream);
    await this.#pickers.fill(stream);
    this.#say(this.#words.speak);
    const loudest = await hears(level, signal);
    this.#loudest = loudest ?? 0;
    if (!loudest) {
      this.#say(this.#words.wait);
      return loudest === 0 ? "silent" : "unmeasured";
    }
    this.#say(this.#words.quiet);
    const back = await echoes(stream, speaker, signal);
    this.#say(this.#words.wait);
    return back ? "echo" : "good";
  }

  /** Shows how loud the microphone is until it is let go of. */
  #meet(stream: MediaStream): Level {
    const level = new Level(stream);
    const showing = setInterval(() => (this.#meter.value = level.read()), 50);
    this.#loudness.hidden = false;
    this.#letGo = () => {
      clearInterval(showing);
      level.close();
      stopTracks(stream);
      this.#loudness.hidden = true;
      this.#letGo = undefined;
    };
    return level;
  }

  async #network(signal: AbortSignal): Promise<NetworkFinding> {
    const finding = await probe(this.#host.settings(), signal);
    this.#found("network", callable.network.includes(finding.outcome), this.#words.network[finding.outcome], this.#figures(finding));
    return finding;
  }

  #conclude(microphone: MicrophoneOutcome, network: NetworkFinding): CheckResult {
    const ok = callable.microphone.includes(microphone) && callable.network.includes(network.outcome);
    const messages = [this.#sentence(microphone), this.#words.network[network.outcome]];
    this.#say(ok ? this.#words.ready : this.#words.notReady);
    this.#again.hidden = false;
    const fallback = ok ? "" : this.#host.fallback();
    this.#wayOut.hidden = !fallback;
    if (fallback) {
      this.#wayOut.href = telephone(fallback);
      setText(this.#wayOut, this.#host.words.fallback(fallback));
    }
    return { ok, microphone, level: this.#loudest, network, messages };
  }

  #sentence(outcome: MicrophoneOutcome): string {
    const { heard } = this.#words;
    return outcome in heard ? heard[outcome as keyof typeof heard] : this.#host.words.microphone[outcome as MicrophoneFault];
  }

  #figures({ roundTrip, jitter, loss }: NetworkFinding): string {
    if (loss === undefined) return "";
    const number = new Intl.NumberFormat(this.#host.language);
    const share = new Intl.NumberFormat(this.#host.language, { style: "percent", maximumFractionDigits: 1 });
    const written = (figure: number | undefined) => (figure === undefined ? "–" : number.format(figure));
    return this.#words.figures(written(roundTrip), written(jitter), share.format(loss));
  }

  #found(of: "microphone" | "network", good: boolean, sentence: string, figures = ""): void {
    const finding = this.#findings[of];
    finding.className = good ? "good" : "bad";
    finding.replaceChildren(sentence, ...(figures ? [h("small", {}, figures)] : []));
    finding.hidden = false;
  }

  #say(sentence: string): void {
    setText(this.#step, sentence);
  }

  #button(text: string, part: string, act: () => void): HTMLButtonElement {
    const made = h("button", { type: "button", class: "wide", part }, text);
    made.addEventListener("click", act);
    return made;
  }
}
