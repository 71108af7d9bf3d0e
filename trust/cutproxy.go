package main

import (
	"net"
	"sync/atomic"
	"time"

	"earshot/internal/loadkit"
)

// cutProxy hands a request on and waits for the answer, but never delivers it:
// the connection is cut, as by a train going into a tunnel.
type cutProxy struct {
	listener net.Listener
	server   *atomic.Pointer[loadkit.Server]
	cut      atomic.Int64 // answers that were there and not delivered
}

func newCutProxy(server *atomic.Pointer[loadkit.Server]) (*cutProxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &cutProxy{listener: l, server: server}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return // closed
			}
			go p.serve(c)
		}
	}()
	return p, nil
}

func (p *cutProxy) addr() string { return p.listener.Addr().String() }

func (p *cutProxy) close() { _ = p.listener.Close() }

// serve passes on one request of one connection. A request is small, so what
// arrives within one read is all of it.
func (p *cutProxy) serve(c net.Conn) {
	defer c.Close()
	limit := time.Now().Add(10 * time.Second)
	_ = c.SetDeadline(limit)
	up, err := net.DialTimeout("tcp", p.server.Load().Addr, time.Second)
	if err != nil {
		return
	}
	defer up.Close()
	_ = up.SetDeadline(limit)
	buf := make([]byte, 64<<10)
	n, err := c.Read(buf)
	if err != nil {
		return
	}
	if _, err := up.Write(buf[:n]); err != nil {
		return
	}
	if n, _ := up.Read(buf); n > 0 {
		p.cut.Add(1)
	}
}
