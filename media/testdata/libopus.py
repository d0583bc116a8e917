"""Decodes a stream of Opus with libopus, as the far end of a call does.

usage: libopus.py RATE REDUNDANCY < packets > samples

Packets are a length of two bytes, little endian, and so many bytes each; length 0
means that the packet was lost. What was lost comes from the redundancy of its
successor where REDUNDANCY is true, and else from concealment. Samples are mono, of 16
bits. All frames have 20 ms.
"""

import ctypes
import struct
import sys

RATE, REDUNDANCY = int(sys.argv[1]), sys.argv[2] == "true"
FRAME = RATE // 50

opus = ctypes.CDLL("libopus.so.0")
opus.opus_decoder_create.restype = ctypes.c_void_p
error = ctypes.c_int()
decoder = ctypes.c_void_p(opus.opus_decoder_create(RATE, 1, ctypes.byref(error)))

stream, packets = sys.stdin.buffer.read(), []
while stream:
    (length,) = struct.unpack_from("<H", stream)
    packets.append(stream[2 : 2 + length])
    stream = stream[2 + length :]

pcm = (ctypes.c_int16 * FRAME)()
for packet, after in zip(packets, packets[1:] + [b""]):
    spare = 0
    if not packet and REDUNDANCY and after:
        packet, spare = after, 1
    n = opus.opus_decode(decoder, packet or None, len(packet), pcm, FRAME, spare)
    if n != FRAME:
        sys.exit(f"libopus made {n} samples of a packet of {len(packet)} bytes")
    sys.stdout.buffer.write(bytes(pcm))
