package money

import (
	"fmt"
	"strings"

	"webtrunk"
)

// A Currency is a currency's code by ISO 4217, in capitals: EUR.
type Currency string

// active are the currencies that people pay with, as ISO 4217 lists them in 2025. Those of
// funds, metals and four digits are left out.
const active = " AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD" +
	" CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD" +
	" HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD" +
	" MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG" +
	" QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD" +
	" TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW "

// Those that do not have two digits behind the point.
const (
	whole       = " BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF "
	thousandths = " BHD IQD JOD KWD LYD OMR TND "
)

// ParseCurrency returns the currency of a code, in capitals or not, or webtrunk.Invalid.
func ParseCurrency(code string) (Currency, error) {
	c := Currency(strings.ToUpper(strings.TrimSpace(code)))
	if !c.Known() {
		return "", invalid("%q is no currency. Give its three letters, such as EUR or USD.", code)
	}
	return c, nil
}

// Known reports a currency that people pay with.
func (c Currency) Known() bool { return len(c) == 3 && in(active, c) }

// Digits is how many digits the currency has behind the point: 2 of EUR, 0 of JPY, 3 of KWD.
func (c Currency) Digits() int {
	switch {
	case in(whole, c):
		return 0
	case in(thousandths, c):
		return 3
	}
	return 2
}

// unit is how many minor units make one of the currency.
func (c Currency) unit() int64 { return [...]int64{1, 10, 100, 1000}[c.Digits()] }

func in(list string, c Currency) bool { return strings.Contains(list, " "+string(c)+" ") }

func invalid(format string, args ...any) error {
	return &webtrunk.Error{Op: "money", Kind: webtrunk.Invalid, Message: fmt.Sprintf(format, args...)}
}
