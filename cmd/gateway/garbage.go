package main

// ballast is memory that nobody touches: the machine never has to find it, but
// the garbage collector, which begins when the heap has doubled, counts it. A
// gateway with little to remember then collects after some 80 MiB of garbage and
// not after 20. At hundreds of short calls a second that is the difference
// between one and five collections a second, each of which reads everything
// that lives; and unlike a higher GOGC, it does not make a large heap larger.
var ballast []byte

// garbageCalm is the ballast's size in bytes.
const garbageCalm = 64 << 20

func init() { ballast = make([]byte, garbageCalm) }
