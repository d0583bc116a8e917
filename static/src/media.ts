// The sound of one call: the page offers, the gateway answers. Candidates
// trickle both ways; an ICE restart is one more offer.

import type { Candidate } from "./wire.ts";

export interface Listener {
  onCandidate(candidate: Candidate | null): void;
  onSound(stream: MediaStream): void;
  onPicture(stream: MediaStream): void;
  /** Sound gets through, or has stopped getting through. */
  onLink(up: boolean): void;
  /** The system took the microphone away (a telephone call on a mobile, a pulled plug), or gave it back. */
  onMicrophone(alive: boolean): void;
}

/**
 * How many candidates are told with one offer. The gateway takes 30, and finds a
 * page by the checks that come from it, so it misses none of those left out; a
 * computer with many networks has more.
 */
const mostCandidates = 24;

/** How long a disconnection may heal by itself before ICE is restarted. */
const healing = 2_500;

export class Media {
  readonly #peer: RTCPeerConnection;
  readonly #listener: Listener;
  #sender: RTCRtpSender;
  #microphone: MediaStream;
  readonly #camera: MediaStream | null;
  /** Candidates told since the latest offer. */
  #told = 0;
  #early: (Candidate | null)[] = [];
  #heal: ReturnType<typeof setTimeout> | undefined;
  #closed = false;
  everUp = false;

  /** camera is undefined in a call of sound, null where one is to be seen without being filmed. */
  constructor(servers: RTCIceServer[], microphone: MediaStream, camera: MediaStream | null | undefined, listener: Listener) {
    this.#listener = listener;
    this.#microphone = microphone;
    this.#peer = new RTCPeerConnection({ iceServers: servers, bundlePolicy: "max-bundle" });
    const [track] = microphone.getAudioTracks();
    this.#sender = this.#peer.addTransceiver(track ?? "audio", { direction: "sendrecv", streams: [microphone] }).sender;
    this.#camera = camera ?? null;
    if (camera !== undefined) this.#film(microphone);
    this.#watchMicrophone();
    this.#peer.onicecandidate = ({ candidate }) => {
      if (this.#told++ < mostCandidates) listener.onCandidate(candidate ? candidate.toJSON() : null);
    };
    this.#peer.ontrack = ({ track: came, streams }) => {
      if (came.kind === "video") listener.onPicture(new MediaStream([came]));
      else listener.onSound(streams[0] ?? new MediaStream([came]));
    };
    this.#peer.oniceconnectionstatechange = () => this.#linkChanged();
  }

  /** What the browser measures of the connection. */
  stats(): Promise<RTCStatsReport> {
    return this.#peer.getStats();
  }

  /** Whether an offer of ours still has no answer. */
  get unanswered(): boolean {
    return this.#peer.signalingState === "have-local-offer";
  }

  async offer(restart: boolean): Promise<string> {
    const offer = await this.#peer.createOffer({ iceRestart: restart });
    this.#told = 0;
    await this.#peer.setLocalDescription(offer);
    return offer.sdp ?? "";
  }

  async answer(sdp: string): Promise<void> {
    if (!this.unanswered) return;
    await this.#peer.setRemoteDescription({ type: "answer", sdp });
    for (const candidate of this.#early.splice(0)) await this.candidate(candidate);
  }

  /** Takes an offer back that the gateway would not have. */
  async withdraw(): Promise<void> {
    if (this.unanswered) await this.#peer.setLocalDescription({ type: "rollback" });
  }

  async candidate(candidate: Candidate | null): Promise<void> {
    if (!this.#peer.remoteDescription) {
      this.#early.push(candidate);
      return;
    }
    // One bad candidate is no reason to lose the others, nor the call.
    await this.#peer.addIceCandidate(candidate ?? undefined).catch(() => undefined);
  }

  mute(muted: boolean): void {
    for (const track of this.#microphone.getAudioTracks()) track.enabled = !muted;
  }

  cameraOff(off: boolean): void {
    for (const track of this.#camera?.getVideoTracks() ?? []) track.enabled = !off;
  }

  /** Sends digits as telephone-events (RFC 4733), where browser and gateway agreed on them. */
  digits(digits: string): boolean {
    const dtmf = this.#sender.dtmf;
    if (!dtmf?.canInsertDTMF) return false;
    // A tone takes at least 100 ms with 70 ms between, so that old exchanges hear it.
    dtmf.insertDTMF(dtmf.toneBuffer + digits, 120, 80);
    return true;
  }

  async replaceMicrophone(microphone: MediaStream, muted: boolean): Promise<void> {
    for (const track of this.#microphone.getTracks()) track.stop();
    this.#microphone = microphone;
    this.mute(muted);
    this.#watchMicrophone();
    await this.#sender.replaceTrack(microphone.getAudioTracks()[0] ?? null);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#heal);
    for (const stream of [this.#microphone, this.#camera]) {
      for (const track of stream?.getTracks() ?? []) track.stop();
    }
    this.#peer.close();
  }

  /** The picture is of the sound's stream: the other side keeps the two in step. */
  #film(microphone: MediaStream): void {
    const track = this.#camera?.getVideoTracks()[0];
    this.#peer.addTransceiver(track ?? "video", { direction: track ? "sendrecv" : "recvonly", streams: [microphone] });
  }

  #watchMicrophone(): void {
    const [track] = this.#microphone.getAudioTracks();
    if (!track) return;
    track.onmute = track.onended = () => this.#listener.onMicrophone(false);
    track.onunmute = () => this.#listener.onMicrophone(true);
  }

  #linkChanged(): void {
    if (this.#closed) return;
    clearTimeout(this.#heal);
    switch (this.#peer.iceConnectionState) {
      case "connected":
      case "completed":
        this.everUp = true;
        this.#listener.onLink(true);
        break;
      case "disconnected":
        this.#heal = setTimeout(() => this.#listener.onLink(false), healing);
        break;
      case "failed":
        this.#listener.onLink(false);
        break;
    }
  }
}
