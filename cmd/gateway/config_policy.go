package main

import (
	"errors"

	"webtrunk"
	"webtrunk/policy"
)

// VoicePolicyConfig says where calls may go and how much of it, for every
// account that the operator gives no bounds of its own.
type VoicePolicyConfig struct {
	Home          string        `yaml:"home"` // the operator's country; empty means that of the first trunk's number
	Countries     []string      `yaml:"countries"`
	Types         []policy.Kind `yaml:"types"`
	AllowPrefixes []string      `yaml:"allow_prefixes"`
	DenyPrefixes  []string      `yaml:"deny_prefixes"`
	SIPHosts      []string      `yaml:"sip_hosts"`
	Limits        policy.Limits `yaml:"limits"`
}

func (c VoicePolicyConfig) rules() policy.Rules {
	return policy.Rules{Countries: c.Countries, Types: c.Types, AllowPrefixes: c.AllowPrefixes, DenyPrefixes: c.DenyPrefixes, SIPHosts: c.SIPHosts, Limits: c.Limits}
}

func (c Config) validateVoicePolicy(ps *Problems) {
	err := c.VoicePolicy.rules().Validate()
	if e := (*webtrunk.Error)(nil); errors.As(err, &e) {
		ps.add("voice_policy."+e.Op, "%s", e.Message)
	}
	if home := c.VoicePolicy.Home; home != "" && policy.CheckCountry(home) != nil {
		ps.add("voice_policy.home", "%q is no country: write two capital letters of ISO 3166, such as DE or US", home)
	}
}

// home is the operator's country, whose emergency numbers are refused.
func (c Config) home() string {
	if c.VoicePolicy.Home != "" || len(c.Trunks) == 0 {
		return c.VoicePolicy.Home
	}
	return policy.CountryOf(c.Trunks[0].Identity.CallerID)
}
