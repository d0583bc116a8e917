// What the browser can play of what was said.

/** Safari plays Ogg Opus since 18.4 only, and not every version that says so does: the file then goes to another program. */
export const plays = () => document.createElement("audio").canPlayType("audio/ogg; codecs=opus") !== "";
