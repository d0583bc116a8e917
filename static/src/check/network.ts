// What the network does to sound on its way to the gateway: the page's own sound is sent
// back (doc/signaling.md, A probe), by UDP and by TCP apart, and its statistics tell. No
// voice leaves the page, only a tone of its own making.

import { unconnected, report } from "../operator.ts";
import { Session, type Refusal } from "../session.ts";
import type { Settings } from "../surroundings.ts";
import type { FromGateway, Welcome } from "../wire.ts";
import { aborted, pause } from "./abort.ts";
import { judge, measured, type Quality } from "./quality.ts";
import { Tone } from "./tone.ts";

export type NetworkOutcome =
  /** Calls will sound well. */
  | "good"
  /** They get through, with gaps or delay. */
  | "poor"
  /** They get through by TCP alone: gaps are likely when the network is busy. */
  | "udp_blocked"
  /** The gateway is reached, and no sound gets through to it. */
  | "sound_blocked"
  /** The gateway answers to ordinary requests, and not to the connection that calls need. */
  | "websocket_blocked"
  /** Nothing of the gateway is reached. */
  | "unreachable"
  /** The device itself is not connected. */
  | "offline"
  /** The gateway does not check just now, or not for this page. */
  | "unknown";

export interface NetworkFinding extends Quality {
  outcome: NetworkOutcome;
  /** Whether sound gets through so; undefined where that was not found out. */
  udp: boolean | undefined;
  tcp: boolean | undefined;
  /** By a TURN server of the gateway's, which is tried where neither gets through. */
  relay: boolean | undefined;
}

type Way = "udp" | "tcp" | "relay";
type Answer = Extract<FromGateway, { type: "probe" }>;

/** How long the gateway may take to be reached, and a way to be found. */
const patience = 10_000;
const finding = 8_000;
/** How long a way is listened to. */
const listening = 3_000;

const nothing = { roundTrip: undefined, jitter: undefined, loss: undefined };
const untried = { udp: undefined, tcp: undefined, relay: undefined };

/** Finds out, until signal says that nobody wants to know any more. */
export async function probe(settings: Settings, signal: AbortSignal): Promise<NetworkFinding> {
  const line = new Probing(settings);
  const tone = new Tone();
  try {
    const refused = await line.connected(signal);
    if (refused) return { ...nothing, ...untried, outcome: await whyNot(settings.url, refused) };
    const way = (kind: Way) => line.way(kind, tone, signal);
    const [udp, tcp] = await Promise.all([way("udp"), way("tcp")]);
    const relay = udp || tcp || !line.relays ? undefined : await way("relay");
    // Without its answer, the gateway does not say whether sound would have got through.
    if (line.unanswered) return { ...nothing, ...untried, outcome: "unknown" };
    const ways = { udp: udp !== undefined, tcp: tcp !== undefined, relay: line.relays && !udp && !tcp ? relay !== undefined : undefined };
    return found(udp ?? tcp ?? relay, ways);
  } finally {
    line.close();
    tone.close();
  }
}

function found(best: Quality | undefined, ways: Pick<NetworkFinding, Way>): NetworkFinding {
  if (!best) return { ...nothing, ...ways, outcome: "sound_blocked" };
  const outcome = judge(best).length > 0 ? "poor" : ways.udp ? "good" : "udp_blocked";
  return { ...best, ...ways, outcome };
}

/** A browser tells no script why a connection was not made; what else is reached tells something. */
async function whyNot(url: string, { code }: Refusal): Promise<NetworkOutcome> {
  if (code !== "gateway_unreachable") return "unknown";
  if (!navigator.onLine) return "offline";
  report(unconnected(url));
  const plain = new URL("/v1/widget.js", url);
  plain.protocol = plain.protocol === "wss:" ? "https:" : "http:";
  const reached = fetch(plain, { mode: "no-cors", cache: "no-store", signal: AbortSignal.timeout(patience) });
  return reached.then(() => "websocket_blocked" as const, () => "unreachable" as const);
}

/** A session for probes alone: it takes no calls, and the telephone's own goes on. */
class Probing {
  readonly #session: Session;
  #connected!: (refusal: Refusal | undefined) => void;
  readonly #reached = new Promise<Refusal | undefined>((resolve) => (this.#connected = resolve));
  readonly #asked = new Map<string, (sdp: string | undefined) => void>();
  #servers: RTCIceServer[] = [];
  unanswered = false;

  constructor({ url, key, papers: { token: _, ...papers } }: Settings) {
    this.#session = new Session({
      url,
      key,
      papers,
      patience,
      onWelcome: (welcome) => this.#welcomed(welcome),
      onCaughtUp: () => undefined,
      onMessage: (message) => this.#heard(message),
      onLost: () => this.#forget(),
      onRefused: (refusal) => this.#connected(refusal),
    });
    this.#session.start();
  }

  /** Nothing where the gateway is reached, else why it is not. */
  async connected(signal: AbortSignal): Promise<Refusal | undefined> {
    return Promise.race([this.#reached, aborted(signal)]);
  }

  get relays(): boolean {
    return this.#servers.some(({ urls }) => [urls].flat().some((url) => /^turns?:/.test(url)));
  }

  /** How sound fares by one way; undefined where it does not get through. */
  async way(kind: Way, tone: Tone, signal: AbortSignal): Promise<Quality | undefined> {
    const peer = new RTCPeerConnection(
      kind === "relay" ? { iceServers: this.#servers, iceTransportPolicy: "relay" } : {},
    );
    try {
      peer.addTransceiver(tone.track, { direction: "sendrecv" });
      const offer = await peer.createOffer();
      await peer.setLocalDescription(offer);
      const answer = await this.#ask(kind, offer.sdp ?? "");
      if (answer === undefined) return undefined;
      await peer.setRemoteDescription({ type: "answer", sdp: only(kind, answer) });
      if (!(await connected(peer, signal))) return undefined;
      const before = await peer.getStats();
      await Promise.race([pause(listening), aborted(signal)]);
      return measured(await peer.getStats(), before);
    } finally {
      peer.close();
    }
  }

  close(): void {
    this.#session.stop();
    this.#forget();
  }

  #welcomed(welcome: Welcome): void {
    this.#servers = welcome.ice_servers ?? [];
    this.#connected(undefined);
  }

  async #ask(id: Way, sdp: string): Promise<string | undefined> {
    const answer = new Promise<string | undefined>((resolve) => {
      this.#asked.set(id, resolve);
      setTimeout(resolve, finding, undefined);
    });
    this.#session.send({ type: "probe", id, sdp });
    const said = await answer;
    this.unanswered ||= said === undefined;
    return said;
  }

  #heard(message: FromGateway): void {
    if (message.type !== "probe" && message.type !== "error") return;
    this.#asked.get(message.id ?? "")?.(message.type === "probe" ? (message as Answer).sdp : undefined);
  }

  #forget(): void {
    for (const answer of this.#asked.values()) answer(undefined);
  }
}

/** An answer with the candidates of one kind. What is relayed may go on by UDP. */
export function only(kind: Way, sdp: string): string {
  const other = kind === "tcp" ? " udp " : " tcp ";
  const keeps = (line: string) => !line.startsWith("a=candidate:") || !line.toLowerCase().includes(other);
  return sdp.split("\r\n").filter(keeps).join("\r\n");
}

async function connected(peer: RTCPeerConnection, signal: AbortSignal): Promise<boolean> {
  const up = new Promise<boolean>((resolve) => {
    peer.onconnectionstatechange = () => {
      if (peer.connectionState === "connected") resolve(true);
      if (peer.connectionState === "failed") resolve(false);
    };
    setTimeout(resolve, finding, false);
  });
  return Promise.race([up, aborted(signal)]);
}
