// What is said and heard in a call: the microphone, perhaps a camera, and the
// connection that carries them, of one call at a time. It offers, repairs what
// was lost, and tells the gateway why a person may not be heard.

import type { Line } from "./line.ts";
import { Media } from "./media.ts";
import { faultOf, faultOfPage, openMicrophone, type MicrophoneFault } from "./microphone.ts";
import type { Model } from "./model.ts";
import { Repair } from "./repair.ts";
import type { Surroundings } from "./surroundings.ts";
import { stopTracks } from "./tracks.ts";
import type { Candidate, ToGateway } from "./wire.ts";

/** A message with an offer of ours. */
export type Opening = Extract<ToGateway, { type: "call" | "accept" | "offer" }>;

/** The telephone whose calls these are. */
export interface Owner {
  model(): Model;
  /** Counts calls, so that what was begun for one never touches the next. */
  attempt(): number;
  set(facts: Partial<Model>): void;
  fail(reason: string, sentence: string): void;
}

export class Voice {
  readonly #owner: Owner;
  readonly #around: Surroundings;
  readonly #line: Line;
  readonly #repair = new Repair(() => void this.restart());
  #media: Media | undefined;
  /** The message with our latest offer, until it is answered. */
  opening: Opening | undefined;
  /** Whether the gateway was sent any. */
  sent = false;

  constructor(owner: Owner, around: Surroundings, line: Line) {
    this.#owner = owner;
    this.#around = around;
    this.#line = line;
  }

  /** Another call has begun, of which nothing was sent yet. */
  begin(): void {
    this.sent = false;
    this.opening = undefined;
  }

  get open(): boolean {
    return this.#media !== undefined;
  }

  stats(): Promise<RTCStatsReport> | undefined {
    return this.#media?.stats();
  }

  mute(muted: boolean): void {
    this.#media?.mute(muted);
    this.#owner.set({ muted });
    this.#sayMuted();
  }

  cameraOff(off: boolean): void {
    this.#media?.cameraOff(off);
    this.#owner.set({ cameraOff: off });
  }

  /** Presses keys; false where the browser cannot. */
  digits(digits: string): boolean {
    return this.#media?.digits(digits) ?? false;
  }

  /** Opens the microphone for a call. If that fails, the person is told and the call ends or rings on. */
  async microphone(attempt: number): Promise<MediaStream | undefined> {
    let fault: MicrophoneFault | undefined = faultOfPage();
    if (!fault) {
      try {
        const microphone = await this.#takeMicrophone();
        if (this.#current(attempt)) return microphone;
        return void stopTracks(microphone);
      } catch (thrown) {
        fault = await faultOf(thrown);
      }
    }
    if (!this.#current(attempt)) return undefined;
    const sentence = this.#around.words().microphone[fault];
    // An incoming call keeps ringing, and who writes goes on: the person may allow the microphone and try again.
    const { phase, written } = this.#owner.model();
    if (phase === "incoming" || written) this.#owner.set({ alert: [sentence] });
    else this.#owner.fail(fault, sentence);
    return undefined;
  }

  /** Takes the microphone again after the system took it away. */
  async retakeMicrophone(): Promise<void> {
    const attempt = this.#owner.attempt();
    try {
      const microphone = await this.#takeMicrophone();
      if (!this.#current(attempt) || !this.#media) return stopTracks(microphone);
      await this.#media.replaceMicrophone(microphone, this.#owner.model().muted);
      this.#owner.set({ microphoneOff: false, alert: [] });
      this.#sayMuted();
    } catch (thrown) {
      this.#owner.set({ alert: [this.#around.words().microphone[await faultOf(thrown)]] });
    }
  }

  #takeMicrophone(): Promise<MediaStream> {
    const { processing, microphone } = this.#around.settings();
    return openMicrophone(processing, microphone);
  }

  /** Makes the connection and sends its offer in a message. */
  async start(attempt: number, microphone: MediaStream, video: boolean, message: (sdp: string) => Opening): Promise<void> {
    const camera = video ? await this.#camera(attempt) : undefined;
    if (!this.#current(attempt) || this.#media) {
      stopTracks(microphone);
      if (camera) stopTracks(camera);
      return;
    }
    this.#around.mirror(camera ?? null);
    const media = this.#connect(microphone, camera);
    try {
      const opening = message(await media.offer(false));
      if (!this.#current(attempt)) return;
      this.say(opening);
      if (this.#owner.model().muted) this.#sayMuted();
    } catch {
      if (this.#current(attempt)) this.#owner.fail("unsupported_browser", this.#around.words().microphone.unsupported_browser);
    }
  }

  /** A page that has just been opened makes new media for the call of the page before. */
  async rejoin(video: boolean): Promise<void> {
    const attempt = this.#owner.attempt();
    const microphone = await this.microphone(attempt);
    if (!microphone) return;
    // The line was lost once more meanwhile, and this was begun twice.
    if (this.#media) return stopTracks(microphone);
    await this.start(attempt, microphone, video, (sdp) => ({ type: "offer", id: this.#owner.model().id, sdp }));
  }

  async restart(): Promise<void> {
    return this.offerAnew(true);
  }

  /**
   * One more offer of the media there is. One that is still unanswered will do:
   * its answer says all that the gateway wants.
   */
  async offerAnew(restart: boolean): Promise<void> {
    const media = this.#media;
    if (!media || media.unanswered || !this.#line.up) return;
    try {
      const sdp = await media.offer(restart);
      if (media === this.#media) this.say({ type: "offer", id: this.#owner.model().id, sdp });
    } catch {
      // The connection is being closed; there is nothing to offer.
    }
  }

  async answer(sdp: string): Promise<void> {
    await this.#media?.answer(sdp);
  }

  /** Takes the latest offer back, which the gateway would not have. */
  withdraw(): void {
    void this.#media?.withdraw();
  }

  candidate(candidate: Candidate | null): void {
    void this.#media?.candidate(candidate);
  }

  /** From now on sound is expected to get through. */
  expected(): void {
    if (!this.#media?.everUp) this.#repair.expect(() => this.#owner.fail("no_sound", this.#around.words().noSound));
  }

  networkChanged(): void {
    if (this.#media?.everUp) void this.restart();
  }

  close(): void {
    this.#repair.stop();
    this.#media?.close();
    this.#media = undefined;
    this.opening = undefined;
    this.#around.sound(null);
    this.#around.picture(null);
    this.#around.mirror(null);
  }

  #connect(microphone: MediaStream, camera: MediaStream | null | undefined): Media {
    const media = new Media(this.#line.servers, microphone, camera, {
      onCandidate: (candidate) => this.#line.say({ type: "candidate", id: this.#owner.model().id, candidate }),
      onSound: (stream) => this.#around.sound(stream),
      onPicture: (stream) => this.#around.picture(stream),
      onLink: (up) => this.#linkChanged(up),
      onMicrophone: (alive) => this.#microphoneChanged(alive),
    });
    this.#media = media;
    media.mute(this.#owner.model().muted);
    return media;
  }

  /** The camera, or null: then the call goes on with the other side's picture alone, and it is said why. */
  async #camera(attempt: number): Promise<MediaStream | null> {
    const { camera = null, problem } = (await this.#around.camera?.()) ?? {};
    if (this.#current(attempt)) this.#owner.set({ video: true, filmed: camera !== null, alert: problem ? [problem] : [] });
    return camera;
  }

  /** Sends what begins a call, or its sound. */
  say(opening: Opening): void {
    this.opening = opening;
    this.sent = true;
    this.#line.say(opening);
  }

  #linkChanged(up: boolean): void {
    if (up) this.#repair.up();
    else this.#repair.down();
    this.#owner.set({ mediaLost: !up });
  }

  #microphoneChanged(alive: boolean): void {
    this.#owner.set({ microphoneOff: !alive, alert: alive ? [] : [this.#around.words().microphoneInterrupted] });
    this.#sayMuted();
  }

  /** The gateway knows by it why it hears nothing. */
  #sayMuted(): void {
    if (!this.sent) return;
    const { id, muted, microphoneOff } = this.#owner.model();
    this.#line.say({ type: "mute", id, muted, ...(microphoneOff ? { system: true } : {}) });
  }

  #current(attempt: number): boolean {
    return attempt === this.#owner.attempt();
  }
}

export { stopTracks } from "./tracks.ts";
