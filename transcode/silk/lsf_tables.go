package silk

// Line spectral frequencies of a narrowband frame (RFC 6716 §4.2.7.5): the
// first stage chooses one of 32 vectors, the second corrects each of the ten
// frequencies with a codebook and a prediction that the first stage selects.

// lsfVectors are the vectors of the first stage, in 1/256 of the band (§4.2.7.5.3, table 23).
var lsfVectors = [32][order]uint8{
	{12, 35, 60, 83, 108, 132, 157, 180, 206, 228},
	{15, 32, 55, 77, 101, 125, 151, 175, 201, 225},
	{19, 42, 66, 89, 114, 137, 162, 184, 209, 230},
	{12, 25, 50, 72, 97, 120, 147, 172, 200, 223},
	{26, 44, 69, 90, 114, 135, 159, 180, 205, 225},
	{13, 22, 53, 80, 106, 130, 156, 180, 205, 228},
	{15, 25, 44, 64, 90, 115, 142, 168, 196, 222},
	{19, 24, 62, 82, 100, 120, 145, 168, 190, 214},
	{22, 31, 50, 79, 103, 120, 151, 170, 203, 227},
	{21, 29, 45, 65, 106, 124, 150, 171, 196, 224},
	{30, 49, 75, 97, 121, 142, 165, 186, 209, 229},
	{19, 25, 52, 70, 93, 116, 143, 166, 192, 219},
	{26, 34, 62, 75, 97, 118, 145, 167, 194, 217},
	{25, 33, 56, 70, 91, 113, 143, 165, 196, 223},
	{21, 34, 51, 72, 97, 117, 145, 171, 196, 222},
	{20, 29, 50, 67, 90, 117, 144, 168, 197, 221},
	{22, 31, 48, 66, 95, 117, 146, 168, 196, 222},
	{24, 33, 51, 77, 116, 134, 158, 180, 200, 224},
	{21, 28, 70, 87, 106, 124, 149, 170, 194, 217},
	{26, 33, 53, 64, 83, 117, 152, 173, 204, 225},
	{27, 34, 65, 95, 108, 129, 155, 174, 210, 225},
	{20, 26, 72, 99, 113, 131, 154, 176, 200, 219},
	{34, 43, 61, 78, 93, 114, 155, 177, 205, 229},
	{23, 29, 54, 97, 124, 138, 163, 179, 209, 229},
	{30, 38, 56, 89, 118, 129, 158, 178, 200, 231},
	{21, 29, 49, 63, 85, 111, 142, 163, 193, 222},
	{27, 48, 77, 103, 133, 158, 179, 196, 215, 232},
	{29, 47, 74, 99, 124, 151, 176, 198, 220, 237},
	{33, 42, 61, 76, 93, 121, 155, 174, 207, 225},
	{29, 53, 87, 112, 136, 154, 170, 188, 208, 227},
	{24, 30, 52, 84, 131, 150, 166, 186, 203, 229},
	{37, 48, 64, 84, 104, 118, 156, 177, 201, 230},
}

// lsfVectorICDF codes the first stage, for inactive and unvoiced frames and
// for voiced ones (§4.2.7.5.1, table 14).
var lsfVectorICDF = [2][32]uint8{
	{
		212, 178, 148, 129, 108, 96, 85, 82, 79, 77, 61, 59, 57, 56, 51, 49,
		48, 45, 42, 41, 40, 38, 36, 34, 31, 30, 21, 12, 10, 3, 1, 0,
	},
	{
		255, 245, 244, 236, 233, 225, 217, 203, 190, 176, 175, 161, 149, 136, 125, 114,
		102, 91, 81, 71, 60, 52, 43, 35, 28, 20, 19, 18, 12, 11, 5, 0,
	},
}

// lsfCodebooks names, for each vector of the first stage, the codebook of each
// frequency of the second: a to h (§4.2.7.5.2, table 17).
var lsfCodebooks = [32]string{
	"aaaaaaaaaa", "bdbccbcbbb", "cbbbbbbbbb", "bccccbcbbb",
	"cddddccccc", "afddccccbb", "accccccccb", "cdgeeefeff",
	"ceffefegee", "ceehefeffe", "edddcdcccc", "bffgefefff",
	"chegffffff", "chfffffgfe", "ddfeefefee", "cddffeeeee",
	"ceegefefff", "cfegfffefe", "chefefefff", "cfeghgfgfe",
	"dghegffgef", "chgeeefeff", "effeggfgfe", "cffgfgegee",
	"efffdheffe", "cdeffgeffe", "cdcddecddd", "bbcccccdcc",
	"effgggfgef", "dffeeeeddc", "cfdhffeefe", "eefefgfgfe",
}

// lsfPredictors names, for each vector of the first stage, the weights that
// predict a frequency's correction from the next one's: A or B (§4.2.7.5.3, table 21).
var lsfPredictors = [32]string{
	"ABAAAAAAA", "BAAAAAAAA", "AAAAAAAAA", "BBBAAAABA",
	"ABAAAAAAA", "ABAAAAAAA", "BABBAAABA", "ABBAABBAA",
	"AABBABABB", "AABBAABBB", "AAAAAAAAA", "ABABBBBBA",
	"ABABBBBBA", "ABBBBBBBA", "BABBABBBB", "ABBBBBABA",
	"AABBABABA", "AABBBABBB", "ABBAABBBA", "AAABBBABA",
	"ABBAABABA", "ABBAAABBA", "AAAAABBBB", "AABBAAABB",
	"AAABABBBB", "ABBBBBBBA", "AAAAAAAAA", "AAAAAAAAA",
	"AABABBABA", "BAABAAAAA", "AAABBABAB", "BABBABBBB",
}

// lsfPrediction are the weights A and B, in 1/256 (§4.2.7.5.3, table 20).
var lsfPrediction = [2][order - 1]int32{
	{179, 138, 140, 148, 151, 149, 153, 151, 163},
	{116, 67, 82, 59, 92, 72, 100, 89, 92},
}

// lsfCorrectionICDF codes a correction of -4 to 4 with the codebooks a to h (§4.2.7.5.2, table 15).
var lsfCorrectionICDF = [8][9]uint8{
	{255, 254, 253, 238, 14, 3, 2, 1, 0},
	{255, 254, 252, 218, 35, 3, 2, 1, 0},
	{255, 254, 250, 208, 59, 4, 2, 1, 0},
	{255, 254, 246, 194, 71, 10, 2, 1, 0},
	{255, 252, 236, 183, 82, 8, 2, 1, 0},
	{255, 252, 235, 180, 90, 17, 2, 1, 0},
	{255, 248, 224, 171, 97, 30, 4, 1, 0},
	{255, 254, 236, 173, 95, 37, 7, 1, 0},
}

// lsfExtensionICDF codes what a correction at either end exceeds it by (§4.2.7.5.2, table 19).
var lsfExtensionICDF = [7]uint8{100, 40, 16, 7, 3, 1, 0}

// lsfSpacing is the least distance between neighbours, 0 and the upper band
// edge among them, in 1/32768 (§4.2.7.5.4, table 25).
var lsfSpacing = [order + 1]int32{250, 3, 6, 3, 3, 3, 4, 3, 3, 3, 461}

// cosine is twice the cosine of π·i/128, in 1/4096 (§4.2.7.5.6, table 28).
var cosine = [129]int32{
	8192, 8190, 8182, 8170, 8152, 8130, 8104, 8072, 8034, 7994, 7946, 7896, 7840, 7778, 7714, 7644,
	7568, 7490, 7406, 7318, 7226, 7128, 7026, 6922, 6812, 6698, 6580, 6458, 6332, 6204, 6070, 5934,
	5792, 5648, 5502, 5352, 5198, 5040, 4880, 4718, 4552, 4382, 4212, 4038, 3862, 3684, 3502, 3320,
	3136, 2948, 2760, 2570, 2378, 2186, 1990, 1794, 1598, 1400, 1202, 1002, 802, 602, 402, 202,
	0, -202, -402, -602, -802, -1002, -1202, -1400, -1598, -1794, -1990, -2186, -2378, -2570, -2760, -2948,
	-3136, -3320, -3502, -3684, -3862, -4038, -4212, -4382, -4552, -4718, -4880, -5040, -5198, -5352, -5502, -5648,
	-5792, -5934, -6070, -6204, -6332, -6458, -6580, -6698, -6812, -6922, -7026, -7128, -7226, -7318, -7406, -7490,
	-7568, -7644, -7714, -7778, -7840, -7896, -7946, -7994, -8034, -8072, -8104, -8130, -8152, -8170, -8182, -8190,
	-8192,
}
