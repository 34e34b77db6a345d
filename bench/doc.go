// Package bench compares goawait with other ways to write the same concurrent work: a state machine written by hand,
// goroutines, iter.Pull, and JavaScript, Rust and Python where they are installed. It is a module of its own, so that users
// of goawait depend on nothing of it.
//
// A [Case] is one piece of work, and a [Rival] one way to write it. Every run of a rival is a process of its own, which warms
// up, works and writes its [measure.Sample]; nothing that a rival leaves in memory can help or hurt another. In each round all
// rivals of a case run one after the other, so that what the machine does meanwhile meets them all; a ratio is the median of
// the ratios in each round, and the spread of a figure goes from its least to its greatest value. All rivals of a case must come to
// the same checksum.
//
// make bench has the linker begin every function at a multiple of 64 bytes. Otherwise it puts them at multiples of 32, and the same
// instructions can take a quarter longer in one build than in the next, in goawait's code as in that of its rivals.
//
// Times of a machine that does something else are worth little. So where valgrind is installed, the instructions of an operation are
// counted, too, which are the same on all of them; how many of them a processor does at a time is another matter.
//
// The work is in folders: calls has annotated functions and their twins, hand the state machines, routine the goroutines, pull
// iter.Pull, foreign the other languages; work is what they share. What is measured of the command goawait itself is in this package.
package bench
