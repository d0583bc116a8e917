#!/bin/sh
# Makes the sentences again. Needs espeak-ng 1.51 and sox.
set -e
cd "$(dirname "$0")"
say() { # name voice speed pitch text
	espeak-ng -v "$2" -s "$3" -p "$4" --stdout "$5" |
		sox -t wav - -r 8000 -b 16 -c 1 "$1.wav" norm -6 silence 1 0.01 0.1% reverse silence 1 0.01 0.1% reverse
}
say harbour en-us 170 40 "The harbour lights were lit early, and every small boat came home before the storm."
say garden en-gb+f3 172 65 "My sister grows yellow roses behind the old brick house, next to a wooden gate."
say kitchen en-029 165 25 "An old clock in the kitchen strikes nine while the kettle begins to sing on the stove."
