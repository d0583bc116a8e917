#include "textflag.h"
#include "go_asm.h"

// A subframe's samples wait for each other: a pulse decides what is heard, and
// that what the next pulse is worth. So this is not about many at once, but
// about how soon the next sample can begin. What a sample gives to those that
// come three to ten later is added to their sums as soon as it is known, eight
// at a time; only the last two are multiplied when it is their turn. From what
// is heard to what is heard next are then some 27 cycles.

DATA thirty<>+0(SB)/4, $30 // mostPulse
DATA thirty<>+4(SB)/4, $30
DATA thirty<>+8(SB)/4, $30
DATA thirty<>+12(SB)/4, $30
GLOBL thirty<>(SB), RODATA|NOPTR, $16

DATA sign<>+0(SB)/4, $0x80000000
DATA sign<>+4(SB)/4, $0x80000000
DATA sign<>+8(SB)/4, $0x80000000
DATA sign<>+12(SB)/4, $0x80000000
GLOBL sign<>(SB), RODATA|NOPTR, $16

DATA next<>+0(SB)/4, $1 // each lane from the one above
DATA next<>+4(SB)/4, $2
DATA next<>+8(SB)/4, $3
DATA next<>+12(SB)/4, $4
DATA next<>+16(SB)/4, $5
DATA next<>+20(SB)/4, $6
DATA next<>+24(SB)/4, $7
DATA next<>+28(SB)/4, $0
GLOBL next<>(SB), RODATA|NOPTR, $32

// On the stack, as the assembler counts it.
#define AGAIN 0(SP)(DX*4)  // eight: what the pitch predicts
#define WANTED 32(SP)(DX*4) // eight: what is hidden, less that
#define MOVE0 64(SP)        // the first of step.move, in steps of the gain
#define OFFSET 68(SP)       // step.offset, in units of what is heard
#define SHRINK 72(SP)       // and shrink

// PASS moves the sums Y0 (of step.predict) and Y1 (of step.move) on by a
// sample, and adds what the sample three before the one at p gives to it and
// to the seven after it.
#define PASS(p) \
	VBROADCASTSS -12(p), Y9         \
	VPERMPS      Y0, Y4, Y0         \
	VPERMPS      Y1, Y4, Y1         \
	VBLENDPS     $0x80, Y15, Y0, Y0 \
	VBLENDPS     $0x80, Y15, Y1, Y1 \
	VFMADD231PS  Y2, Y9, Y0         \
	VFMADD231PS  Y3, Y9, Y1

// func quantiseAVX2(s *step, heard, left, hidden *float32, pulses *int8, k *rounding)
TEXT ·quantiseAVX2(SB), NOSPLIT, $80-48
	MOVQ s+0(FP), R10
	MOVQ heard+8(FP), SI
	MOVQ left+16(FP), DI
	MOVQ hidden+24(FP), R8
	MOVQ pulses+32(FP), R9
	MOVQ k+40(FP), R11

	VXORPS  Y15, Y15, Y15
	VXORPS  Y0, Y0, Y0
	VXORPS  Y1, Y1, Y1
	VMOVUPS (step_predict+8)(R10), Y2
	VMOVUPS (step_move+8)(R10), Y3
	VMOVUPS next<>(SB), Y4
	VMOVUPS sign<>(SB), X8

	VMOVSS step_gain(R10), X9
	VMULSS step_offset(R10), X9, X10
	VMOVSS X10, OFFSET
	VMULSS rounding_shrink(R11), X9, X10
	VMOVSS X10, SHRINK
	VMOVSS step_inverse(R10), X9
	VMULSS step_move(R10), X9, X10
	VMOVSS X10, MOVE0

	// Those before the subframe, from ten to four samples.
	LEAQ -28(SI), BX

before:
	PASS(BX)
	ADDQ $4, BX
	CMPQ BX, SI
	JLT  before

	VMOVSS -4(SI), X5           // what was heard last
	VMOVSS -8(SI), X6           // and before that
	MOVL   step_seed(R10), R13
	MOVQ   step_lag(R10), R12
	MOVQ   $5, CX               // eights of samples

eight:
	VXORPS Y9, Y9, Y9
	TESTQ  R12, R12
	JEQ    noPitch

	// A lag is longer than eight samples and two, so all of its past is there.
	LEAQ         0(R12*4), AX
	NEGQ         AX
	ADDQ         DI, AX
	VBROADCASTSS (step_filter+0)(R10), Y10
	VBROADCASTSS (step_filter+4)(R10), Y11
	VBROADCASTSS (step_filter+8)(R10), Y12
	VBROADCASTSS (step_filter+12)(R10), Y13
	VBROADCASTSS (step_filter+16)(R10), Y14
	VMULPS       8(AX), Y10, Y9
	VFMADD231PS  4(AX), Y11, Y9
	VFMADD231PS  0(AX), Y12, Y9
	VFMADD231PS  -4(AX), Y13, Y9
	VFMADD231PS  -8(AX), Y14, Y9

noPitch:
	VMOVUPS (R8), Y10
	VSUBPS  Y9, Y10, Y10
	VMOVUPS Y9, 0(SP)
	VMOVUPS Y10, 32(SP)
	ADDQ    $32, R8
	XORQ    DX, DX

sample:
	// The generator's bit, and the sums.
	IMUL3L $196314165, R13, R13
	ADDL   $907633515, R13
	VMOVD  R13, X7
	VANDPS X8, X7, X7
	PASS(SI)

	// X9 is what is predicted, X10 what is wanted, in steps and as the bit turns it.
	VMOVAPS     X0, X9
	VFMADD231SS (step_predict+4)(R10), X6, X9
	VFMADD231SS step_predict(R10), X5, X9
	VADDSS      WANTED, X1, X10
	VFMADD231SS (step_move+4)(R10), X6, X10
	VMULSS      step_inverse(R10), X10, X10
	VFMADD231SS MOVE0, X5, X10
	VXORPS      X7, X10, X10
	VSUBSS      step_offset(R10), X10, X10

	// X11 is its sign, X12 the size of its pulse: too large a number is one
	// that is over thirty, too.
	VANDPS     X8, X10, X11
	VANDNPS    X10, X8, X10
	VADDSS     rounding_half(R11), X10, X10
	VCVTTPS2DQ X10, X12
	VPMINUD    thirty<>(SB), X12, X12

	// X10 is the sign of the level, turned back. X14 is what is heard without
	// a pulse, X13 what is added to a pulse that is not 0.
	VXORPS    X7, X11, X10
	VMOVSS    OFFSET, X14
	VXORPS    X7, X14, X14
	VADDSS    AGAIN, X14, X14
	VADDSS    X9, X14, X14
	VMOVSS    SHRINK, X13
	VXORPS    X10, X13, X13
	VSUBSS    X13, X14, X13
	VMOVD     X11, BX
	VPCMPEQD  X15, X12, X11
	VBLENDVPS X11, X14, X13, X14

	// What is heard, and what the predictor leaves of it.
	VMOVSS      step_gain(R10), X13
	VXORPS      X10, X13, X10
	VCVTDQ2PS   X12, X13
	VFMADD231SS X10, X13, X14
	VMOVAPS     X5, X6
	VMOVAPS     X14, X5
	VMOVSS      X14, (SI)
	VSUBSS      X9, X14, X14
	VMOVSS      X14, (DI)

	// The pulse with its sign, which the generator takes up.
	VMOVD X12, AX
	SARL  $31, BX
	XORL  BX, AX
	SUBL  BX, AX
	MOVB  AX, (R9)
	ADDL  AX, R13

	ADDQ $4, SI
	ADDQ $4, DI
	INCQ R9
	INCQ DX
	CMPQ DX, $8
	JLT  sample
	DECQ CX
	JNE  eight

	MOVL R13, step_seed(R10)
	VZEROUPPER
	RET
