// Package directory knows who may call, whom a name stands for, and who
// answers.
//
// It keeps four things. A publishable Key lets the pages of some origins call
// some destinations. A Reference is a public name that hides a contact. A
// Number is one of the operator's telephone numbers and the reference that it
// leads to. A Receiver is a person whose page, having shown a secret token, is
// called under a name.
//
// Directory.Resolve is the only place where a reference turns into the contact
// behind it, so that the contact can be kept from everybody else.
//
// Every refusal is a *webtrunk.Error whose message is a sentence for the
// person who is refused. No message holds a token or a hidden contact.
package directory
