package main

import (
	"errors"
	"fmt"
	"net"
	"syscall"

	"webtrunk"
)

// listenTCP listens for HTTP. Its errors say what to change: setting names the
// place, such as "--http" or "http.listen".
func listenTCP(at hostPort, setting string) (net.Listener, error) {
	l, err := net.Listen("tcp", string(at))
	if err != nil {
		return nil, &webtrunk.Error{Op: "listen for HTTP", Kind: webtrunk.Unavailable, Message: cannotListen(at, setting, err)}
	}
	return l, nil
}

func cannotListen(at hostPort, setting string, err error) string {
	another := hostPort(net.JoinHostPort(at.host(), "8081"))
	if another == at {
		another = hostPort(net.JoinHostPort(at.host(), "8082"))
	}
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Sprintf("port %s is already taken by another program: stop that program, or choose another port with %s %s", at.port(), setting, another)
	case errors.Is(err, syscall.EACCES):
		return fmt.Sprintf("port %s may be used by privileged programs only: allow it (AmbientCapabilities=CAP_NET_BIND_SERVICE), or choose another port with %s %s", at.port(), setting, another)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return fmt.Sprintf("%s is no address of this machine: correct %s", at.host(), setting)
	}
	return fmt.Sprintf("nothing can listen on %s: correct %s (%v)", at, setting, err)
}
