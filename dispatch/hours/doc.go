// Package hours says when a place is open: a table of the week in a time zone,
// holidays on which it stays closed, and exceptions on which it keeps other
// hours.
//
// Times are those of a clock on the wall. A span belongs to the day on which it
// begins, also where it goes on past midnight, and a holiday or an exception
// replaces the spans of its day. On the night when clocks change, a span that
// begins at a time which comes twice begins at the first, and one that ends at
// such a time ends at the second; a time that is left out is the moment at
// which the clocks jump. So nobody finds the door closed between two times that
// the table calls open.
//
// Everything here is pure: whoever asks brings the time. The zones are part of
// the program (time/tzdata), so that a machine without them answers the same.
package hours
