// Package money has amounts of money and what they cost by the minute.
//
// An Amount is a whole number of a currency's minor units (ISO 4217): cents, yen, fils.
// A Rate is finer, because a minute may cost less than a cent: millionths of the
// currency's unit. Only Cost turns rates into amounts, and it rounds once, down: in the
// favour of who pays. There is no floating point and no exchange of currencies here, and
// no language: pages write money by Intl.
package money
