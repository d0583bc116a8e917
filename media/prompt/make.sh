#!/bin/sh
# Speaks the clips again, all of them or those of the languages that are named:
# media/prompt/make.sh [en] [zh] [ar]. Needs espeak-ng 1.51, sox and opus-tools.
# It writes sounds/LANGUAGE/CLIP.opus, 24 kbit/s mono, one for each line of
# words/LANGUAGE.txt; a clip that is in no line any more is removed.
set -e
cd "$(dirname "$0")"
[ $# -gt 0 ] || set -- en zh ar

voice() {
	case $1 in
	en) echo en-us+f3 ;;
	zh) echo cmn-latn-pinyin+f3 ;;
	ar) echo ar+f3 ;;
	esac
}

# speak CLIP: silence around the words is cut, so that clips can be joined, and
# 30 ms is left at each end, so that they do not run into each other.
speak() {
	espeak-ng -b 1 -v "$2" -s 150 -p 45 --stdout "$3" |
		sox -q -t wav - -r 16000 -b 16 -c 1 "$made/$1.wav" highpass 150 norm -6 \
			silence 1 0.005 0.3% fade 0.005 reverse silence 1 0.005 0.3% fade 0.005 reverse pad 0.03 0.03
	opusenc --quiet --bitrate 24 --framesize 20 --serial 1 --discard-comments "$made/$1.wav" "$made/$1.opus"
}

for language; do
	made=$(mktemp -d)
	trap 'rm -rf "$made"' EXIT
	grep -v '^#' "words/$language.txt" | while IFS= read -r line; do
		text=${line#* = }
		text=${text#* | } # pinyin, where it is given
		speak "${line%% = *}" "$(voice "$language")" "$text"
	done
	mkdir -p "sounds/$language"
	rm -f "sounds/$language"/*.opus
	cp "$made"/*.opus "sounds/$language"
	rm -rf "$made"
done
