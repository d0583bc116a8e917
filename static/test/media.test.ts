import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Media } from "../src/media.ts";

/** What is asked of a connection, in order. */
let asked: string[] = [];

class FakeConnection {
  signalingState = "stable";
  remoteDescription: unknown = null;
  iceConnectionState = "new";
  addTransceiver(): { sender: object } {
    return { sender: {} };
  }
  async createOffer({ iceRestart }: RTCOfferOptions): Promise<RTCSessionDescriptionInit> {
    asked.push(iceRestart ? "restart" : "offer");
    return { type: "offer", sdp: "v=0" };
  }
  async setLocalDescription({ type }: RTCSessionDescriptionInit): Promise<void> {
    asked.push(`local ${type}`);
    this.signalingState = type === "offer" ? "have-local-offer" : "stable";
  }
  async setRemoteDescription({ type }: RTCSessionDescriptionInit): Promise<void> {
    asked.push(`remote ${type}`);
    this.remoteDescription = {};
    this.signalingState = "stable";
  }
  close(): void {}
}

const microphone = { getAudioTracks: () => [], getTracks: () => [] } as unknown as MediaStream;
const nobody = { onCandidate() {}, onSound() {}, onPicture() {}, onLink() {}, onMicrophone() {} };

beforeEach(() => {
  asked = [];
  Object.assign(globalThis, { RTCPeerConnection: FakeConnection });
});

test("an offer anew leaves the connection as it is, and a restart does not", async () => {
  const media = new Media([], microphone, undefined, nobody);
  await media.offer(false);
  await media.answer("v=0");
  await media.offer(false);
  assert.equal(media.unanswered, true);
  await media.answer("v=0");
  await media.offer(true);
  const round = ["offer", "local offer", "remote answer"];
  assert.deepEqual(asked, [...round, ...round, "restart", "local offer"]);
});

test("an offer anew that the gateway would not have is taken back", async () => {
  const media = new Media([], microphone, undefined, nobody);
  await media.offer(false);
  await media.answer("v=0");
  await media.offer(false);
  await media.withdraw();
  assert.equal(media.unanswered, false);
  await media.answer("v=0"); // of an offer that is no more
  assert.deepEqual(asked.slice(3), ["offer", "local offer", "local rollback"]);
});
