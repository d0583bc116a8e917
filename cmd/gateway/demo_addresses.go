package main

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"

	"webtrunk/directory"
)

// hosts returns the names and addresses at which a browser may open the
// demo's pages, the best to show first.
func (c demoCommand) hosts() []string {
	host := c.HTTP.host()
	a, err := netip.ParseAddr(host)
	switch {
	case host != "" && (err != nil || !a.IsLoopback() && !a.IsUnspecified()):
		return []string{host}
	case host != "" && a.IsLoopback():
		return []string{host, "localhost"}
	}
	hosts := []string{"localhost", "127.0.0.1"}
	if name, err := os.Hostname(); err == nil && name != "localhost" {
		hosts = append(hosts, name)
	}
	for _, a := range machineAddresses() {
		hosts = append(hosts, a.String())
	}
	return hosts
}

// origins returns the origins of the demo's own pages.
func (d *demo) origins() (origins []directory.Origin) {
	for _, url := range d.urls() {
		if o, err := directory.ParseOrigin(url); err == nil {
			origins = append(origins, o)
		}
	}
	return origins
}

// urls returns the addresses of the shop's page, without a path.
func (d *demo) urls() (urls []string) {
	scheme := "http"
	if d.command.HTTPS {
		scheme = "https"
	}
	port := strconv.Itoa(d.site.addr().Port)
	for _, host := range d.command.hosts() {
		urls = append(urls, scheme+"://"+net.JoinHostPort(host, port))
	}
	return urls
}

// encryption makes a certificate for every name and address of this machine.
func (c demoCommand) encryption() (*encryption, error) {
	if !c.HTTPS {
		return nil, nil
	}
	names, addrs := []string{}, machineAddresses()
	for _, host := range append(c.hosts(), "localhost", "127.0.0.1", "::1") {
		if a, err := netip.ParseAddr(host); err == nil {
			addrs = append(addrs, a.WithZone(""))
		} else if !slices.Contains(names, host) {
			names = append(names, host)
		}
	}
	certificate, err := selfMade(names, addrs)
	if err != nil {
		return nil, fmt.Errorf("make a certificate: %w", err)
	}
	return &encryption{config: &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{certificate}}}, nil
}
