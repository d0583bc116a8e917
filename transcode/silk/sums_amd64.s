#include "textflag.h"
#include "go_asm.h"

// Sums of products, eight at a time, for processors with AVX2 and FMA. What
// each one computes is in sums.go, in Go; who calls them has held the lengths.
// Each leaves with VZEROUPPER, for what Go compiles to is slow with the upper
// halves of registers in use.

// FOUR adds four samples' products to four sums of neighbouring lags each, or
// eight: a sample is spread over a register, and multiplied with its pasts as
// they lie in memory. Four sums are under way at once, since each addition
// waits four cycles for the one before.
#define FOUR(s0, s1, s2, s3, v0, v1, v2, v3) \
	VBROADCASTSS 0(R10), v0       \
	VBROADCASTSS 4(R10), v1       \
	VBROADCASTSS 8(R10), v2       \
	VBROADCASTSS 12(R10), v3      \
	VFMADD231PS  0(R11), v0, s0   \
	VFMADD231PS  4(R11), v1, s1   \
	VFMADD231PS  8(R11), v2, s2   \
	VFMADD231PS  12(R11), v3, s3  \
	ADDQ         $16, R10         \
	ADDQ         $16, R11

#define ONE(s, v) \
	VBROADCASTSS (R10), v    \
	VFMADD231PS  (R11), v, s \
	ADDQ         $4, R10     \
	ADDQ         $4, R11

#define CLEAR(s0, s1, s2, s3) \
	VXORPS s0, s0, s0 \
	VXORPS s1, s1, s1 \
	VXORPS s2, s2, s2 \
	VXORPS s3, s3, s3

#define GATHER(s0, s1, s2, s3) \
	VADDPS s1, s0, s0 \
	VADDPS s3, s2, s2 \
	VADDPS s2, s0, s0

// func slideAVX2(sums, now, then *float32, lags, n int)
TEXT ·slideAVX2(SB), NOSPLIT, $0-40
	MOVQ sums+0(FP), DI
	MOVQ now+8(FP), SI
	MOVQ then+16(FP), DX
	MOVQ lags+24(FP), R8
	MOVQ n+32(FP), R9

eightLags:
	SUBQ $8, R8
	JLT  fourLags
	MOVQ SI, R10
	MOVQ DX, R11
	MOVQ R9, CX
	CLEAR(Y0, Y1, Y2, Y3)
	SUBQ $4, CX
	JLT  rest8

samples8:
	FOUR(Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7)
	SUBQ $4, CX
	JGE  samples8

rest8:
	ADDQ $4, CX
	JEQ  done8

one8:
	ONE(Y0, Y4)
	DECQ CX
	JNE  one8

done8:
	GATHER(Y0, Y1, Y2, Y3)
	VMOVUPS Y0, (DI)
	ADDQ    $32, DI
	ADDQ    $32, DX
	JMP     eightLags

fourLags:
	ADDQ $8, R8
	CMPQ R8, $4
	JLT  done
	MOVQ SI, R10
	MOVQ DX, R11
	MOVQ R9, CX
	CLEAR(X0, X1, X2, X3)
	SUBQ $4, CX
	JLT  rest4

samples4:
	FOUR(X0, X1, X2, X3, X4, X5, X6, X7)
	SUBQ $4, CX
	JGE  samples4

rest4:
	ADDQ $4, CX
	JEQ  done4

one4:
	ONE(X0, X4)
	DECQ CX
	JNE  one4

done4:
	GATHER(X0, X1, X2, X3)
	VMOVUPS X0, (DI)

done:
	VZEROUPPER
	RET

// func energyAVX2(x *float32, eights int) float32
TEXT ·energyAVX2(SB), NOSPLIT, $0-20
	MOVQ x+0(FP), SI
	MOVQ eights+8(FP), CX
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	SUBQ   $2, CX
	JLT    lastEight

sixteen:
	VMOVUPS     0(SI), Y2
	VMOVUPS     32(SI), Y3
	VFMADD231PS Y2, Y2, Y0
	VFMADD231PS Y3, Y3, Y1
	ADDQ        $64, SI
	SUBQ        $2, CX
	JGE         sixteen

lastEight:
	ADDQ        $2, CX
	JEQ         across
	VMOVUPS     0(SI), Y2
	VFMADD231PS Y2, Y2, Y0

across:
	VADDPS       Y1, Y0, Y0
	VEXTRACTF128 $1, Y0, X1
	VADDPS       X1, X0, X0
	VSHUFPS      $0x4E, X0, X0, X1
	VADDPS       X1, X0, X0
	VSHUFPS      $0xB1, X0, X0, X1
	VADDSS       X1, X0, X0
	VMOVSS       X0, ret+16(FP)
	VZEROUPPER
	RET

// func whitenAVX2(out, x *float32, eights int, a *[10]float32)
TEXT ·whitenAVX2(SB), NOSPLIT, $0-32
	MOVQ         out+0(FP), DI
	MOVQ         x+8(FP), SI
	MOVQ         eights+16(FP), CX
	MOVQ         a+24(FP), R8
	VBROADCASTSS 0(R8), Y0
	VBROADCASTSS 4(R8), Y1
	VBROADCASTSS 8(R8), Y2
	VBROADCASTSS 12(R8), Y3
	VBROADCASTSS 16(R8), Y4
	VBROADCASTSS 20(R8), Y5
	VBROADCASTSS 24(R8), Y6
	VBROADCASTSS 28(R8), Y7
	VBROADCASTSS 32(R8), Y8
	VBROADCASTSS 36(R8), Y9
	TESTQ        CX, CX
	JEQ          whitened

eightSamples:
	// Two sums of five, each of which waits only for itself.
	VMOVUPS      40(SI), Y10
	VFNMADD231PS 36(SI), Y0, Y10
	VMULPS       32(SI), Y1, Y11
	VFNMADD231PS 28(SI), Y2, Y10
	VFMADD231PS  24(SI), Y3, Y11
	VFNMADD231PS 20(SI), Y4, Y10
	VFMADD231PS  16(SI), Y5, Y11
	VFNMADD231PS 12(SI), Y6, Y10
	VFMADD231PS  8(SI), Y7, Y11
	VFNMADD231PS 4(SI), Y8, Y10
	VFMADD231PS  0(SI), Y9, Y11
	VSUBPS       Y11, Y10, Y10
	VMOVUPS      Y10, (DI)
	ADDQ         $32, SI
	ADDQ         $32, DI
	DECQ         CX
	JNE          eightSamples

whitened:
	VZEROUPPER
	RET

DATA numbers<>+0(SB)/4, $0
DATA numbers<>+4(SB)/4, $1
DATA numbers<>+8(SB)/4, $2
DATA numbers<>+12(SB)/4, $3
DATA numbers<>+16(SB)/4, $4
DATA numbers<>+20(SB)/4, $5
DATA numbers<>+24(SB)/4, $6
DATA numbers<>+28(SB)/4, $7
GLOBL numbers<>(SB), RODATA|NOPTR, $32

DATA hundredth<>+0(SB)/4, $0x3c23d70a // 0.01
GLOBL hundredth<>(SB), RODATA|NOPTR, $4

// A row of the table of filters, in bytes.
#define ROW (const_filters*4)

// func leastLeftAVX2(least *[3]uint32, t *filterTable, e float32, c, m *[5]float32)
TEXT ·leastLeftAVX2(SB), NOSPLIT, $0-40
	MOVQ         least+0(FP), DI
	MOVQ         t+8(FP), SI
	MOVQ         c+24(FP), R8
	MOVQ         m+32(FP), R9
	VBROADCASTSS e+16(FP), Y10
	VBROADCASTSS hundredth<>(SB), Y11
	VMULPS       Y10, Y11, Y11 // no filter leaves less
	VBROADCASTSS 0(R8), Y0
	VBROADCASTSS 4(R8), Y1
	VBROADCASTSS 8(R8), Y2
	VBROADCASTSS 12(R8), Y3
	VBROADCASTSS 16(R8), Y4
	VBROADCASTSS 0(R9), Y5
	VBROADCASTSS 4(R9), Y6
	VBROADCASTSS 8(R9), Y7
	VBROADCASTSS 12(R9), Y8
	VBROADCASTSS 16(R9), Y9
	VMOVDQU      numbers<>(SB), Y12
	MOVL         $1, DX // eights in this book: 1, 2 and 4

book:
	VPCMPEQD Y13, Y13, Y13 // more than any
	MOVL     DX, CX

eightFilters:
	VMOVAPS     Y10, Y14
	VMULPS      (5*ROW)(SI), Y5, Y15
	VFMADD231PS (0*ROW)(SI), Y0, Y14
	VFMADD231PS (6*ROW)(SI), Y6, Y15
	VFMADD231PS (1*ROW)(SI), Y1, Y14
	VFMADD231PS (7*ROW)(SI), Y7, Y15
	VFMADD231PS (2*ROW)(SI), Y2, Y14
	VFMADD231PS (8*ROW)(SI), Y8, Y15
	VFMADD231PS (3*ROW)(SI), Y3, Y14
	VFMADD231PS (9*ROW)(SI), Y9, Y15
	VFMADD231PS (4*ROW)(SI), Y4, Y14
	VADDPS      Y15, Y14, Y14
	VMAXPS      Y11, Y14, Y14
	VMULPS      (10*ROW)(SI), Y14, Y14

	// The filter's number takes the place of the last six bits.
	VPSRLD  $6, Y14, Y14
	VPSLLD  $6, Y14, Y14
	VPOR    Y12, Y14, Y14
	VPMINUD Y14, Y13, Y13

	MOVL         $8, AX
	VMOVD        AX, X14
	VPBROADCASTD X14, Y14
	VPADDD       Y14, Y12, Y12
	ADDQ         $32, SI
	DECL         CX
	JNE          eightFilters

	VEXTRACTI128 $1, Y13, X14
	VPMINUD      X14, X13, X13
	VPSHUFD      $0x4E, X13, X14
	VPMINUD      X14, X13, X13
	VPSHUFD      $0xB1, X13, X14
	VPMINUD      X14, X13, X13
	VMOVD        X13, (DI)
	ADDQ         $4, DI
	ADDL         DX, DX
	CMPL         DX, $8
	JLT          book
	VZEROUPPER
	RET

// AWAY adds the weighed distances of eight vectors in one of their numbers.
#define AWAY(at, sum) \
	VSUBPS      at(DX), Y4, Y6 \
	VMULPS      Y6, Y6, Y6     \
	VFMADD231PS Y6, Y5, sum

// func distancesAVX2(distance, price *[32]float32, t *lsfTable, x, weight *[10]float32)
TEXT ·distancesAVX2(SB), NOSPLIT, $0-40
	MOVQ    distance+0(FP), DI
	MOVQ    price+8(FP), SI
	MOVQ    t+16(FP), DX
	MOVQ    x+24(FP), R8
	MOVQ    weight+32(FP), R9
	VMOVUPS 0(SI), Y0
	VMOVUPS 32(SI), Y1
	VMOVUPS 64(SI), Y2
	VMOVUPS 96(SI), Y3
	MOVL    $const_order, CX

number:
	VBROADCASTSS (R8), Y4
	VBROADCASTSS (R9), Y5
	AWAY(0, Y0)
	AWAY(32, Y1)
	AWAY(64, Y2)
	AWAY(96, Y3)
	ADDQ         $4, R8
	ADDQ         $4, R9
	ADDQ         $(const_lsfVectorCount*4), DX
	DECL         CX
	JNE          number

	VMOVUPS Y0, 0(DI)
	VMOVUPS Y1, 32(DI)
	VMOVUPS Y2, 64(DI)
	VMOVUPS Y3, 96(DI)
	VZEROUPPER
	RET

// func signsAVX2(p *[6]float32, x *[64]float32) uint64
TEXT ·signsAVX2(SB), NOSPLIT, $0-24
	MOVQ         p+0(FP), R8
	MOVQ         x+8(FP), SI
	VBROADCASTSS 0(R8), Y0
	VBROADCASTSS 4(R8), Y1
	VBROADCASTSS 8(R8), Y2
	VBROADCASTSS 12(R8), Y3
	VBROADCASTSS 16(R8), Y4
	VBROADCASTSS 20(R8), Y5
	XORQ         AX, AX
	MOVL         $(const_gridSteps/8), CX

eightPlaces:
	// Even and odd powers each by Horner's rule, in the square.
	VMOVUPS     (SI), Y6
	VMULPS      Y6, Y6, Y7
	VMOVAPS     Y4, Y8
	VFMADD213PS Y2, Y7, Y8
	VFMADD213PS Y0, Y7, Y8
	VMOVAPS     Y5, Y9
	VFMADD213PS Y3, Y7, Y9
	VFMADD213PS Y1, Y7, Y9
	VFMADD231PS Y6, Y9, Y8
	VMOVMSKPS   Y8, DX

	// What comes in above goes down to its place with the rounds to come.
	RORQ $8, AX
	ORQ  DX, AX
	ADDQ $32, SI
	DECL CX
	JNE  eightPlaces
	RORQ $8, AX
	MOVQ AX, ret+16(FP)
	VZEROUPPER
	RET
