// Letting go of a microphone or a camera.

export function stopTracks(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
