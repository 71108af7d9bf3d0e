package loadkit

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"
)

// Conn is one kept-alive HTTP/1.1 connection, used by one goroutine. It does
// just enough to keep the generator cheaper than any server it measures.
type Conn struct {
	addr string
	raw  net.Conn
	r    *bufio.Reader
	head []byte
	body []byte
}

// answerIn bounds the wait for one answer.
const answerIn = 15 * time.Second

// Dial opens a connection to a server.
func Dial(ctx context.Context, addr string) (*Conn, error) {
	d := net.Dialer{Timeout: 5 * time.Second}
	raw, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	return &Conn{addr: addr, raw: raw, r: bufio.NewReaderSize(raw, 16<<10)}, nil
}

// Close ends the connection.
func (c *Conn) Close() { _ = c.raw.Close() }

// Post sends a body and gives the answer, which is valid until the next call.
// After an error the connection is of no use any more.
func (c *Conn) Post(path string, body []byte) (status int, answer []byte, err error) {
	c.head = append(c.head[:0], "POST "...)
	c.head = append(c.head, path...)
	c.head = append(c.head, " HTTP/1.1\r\nHost: "...)
	c.head = append(c.head, c.addr...)
	c.head = append(c.head, "\r\nContent-Type: text/plain;charset=UTF-8\r\nContent-Length: "...)
	c.head = strconv.AppendInt(c.head, int64(len(body)), 10)
	c.head = append(c.head, "\r\n\r\n"...)
	c.head = append(c.head, body...)
	return c.Do(c.head)
}

// Do sends a whole request as it is.
func (c *Conn) Do(request []byte) (status int, answer []byte, err error) {
	if err := c.raw.SetDeadline(time.Now().Add(answerIn)); err != nil {
		return 0, nil, err
	}
	if _, err := c.raw.Write(request); err != nil {
		return 0, nil, err
	}
	return c.read()
}

var errShape = errors.New("not an HTTP answer")

func (c *Conn) read() (status int, answer []byte, err error) {
	line, err := c.r.ReadSlice('\n')
	if err != nil {
		return 0, nil, err
	}
	if len(line) < 12 || !bytes.HasPrefix(line, []byte("HTTP/1.")) {
		return 0, nil, errShape
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, nil, errShape
	}
	length, chunked := 0, false
	for {
		if line, err = c.r.ReadSlice('\n'); err != nil {
			return 0, nil, err
		}
		if len(line) <= 2 {
			break
		}
		if v, ok := header(line, "Content-Length"); ok {
			if length, err = strconv.Atoi(string(v)); err != nil {
				return 0, nil, errShape
			}
		} else if v, ok := header(line, "Transfer-Encoding"); ok {
			chunked = bytes.EqualFold(v, []byte("chunked"))
		}
	}
	c.body = c.body[:0]
	if chunked {
		err = c.chunks()
	} else {
		err = c.take(length)
	}
	return status, c.body, err
}

func header(line []byte, name string) (value []byte, ok bool) {
	if len(line) < len(name)+1 || line[len(name)] != ':' || !bytes.EqualFold(line[:len(name)], []byte(name)) {
		return nil, false
	}
	return bytes.TrimSpace(line[len(name)+1:]), true
}

// most is the largest answer that is taken.
const most = 16 << 20

func (c *Conn) take(n int) error {
	if n < 0 || len(c.body)+n > most {
		return fmt.Errorf("an answer of %d bytes: %w", n, errShape)
	}
	at := len(c.body)
	c.body = append(c.body, make([]byte, n)...)
	_, err := io.ReadFull(c.r, c.body[at:])
	return err
}

func (c *Conn) chunks() error {
	for {
		line, err := c.r.ReadSlice('\n')
		if err != nil {
			return err
		}
		size, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 16, 32)
		if err != nil {
			return errShape
		}
		if err := c.take(int(size)); err != nil {
			return err
		}
		if _, err := c.r.Discard(2); err != nil {
			return err
		}
		if size == 0 {
			return nil
		}
	}
}
