#!/bin/sh
# Speaks the carrier's recordings again: 8 kHz µ-law without a header.
# Needs espeak-ng and sox; without dither, so that the result is always the
# same. Run through `go generate ./carrier`.
set -eu
cd "$(dirname "$0")"

say() { # file, speed in words a minute, text
	espeak-ng -v en-gb -s "$2" --stdout "$3" |
		sox -D -t wav - -t raw -r 8000 -c 1 -e mu-law "$1.ulaw" \
			gain -n -6 silence 1 0.01 1% reverse silence 1 0.01 1% reverse
}

say welcome 150 "Welcome to the test line. Speak now, and you will hear your own voice."
say 0 160 zero
say 1 160 one
say 2 160 two
say 3 160 three
say 4 160 four
say 5 160 five
say 6 160 six
say 7 160 seven
say 8 160 eight
say 9 160 nine
say star 160 star
say pound 160 pound
