package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
)

// The floors are the least that a server of this kind can do, written plainly
// on the same libraries. They run as processes of their own: bench floor NAME.

type floorRequest struct {
	Who struct {
		AnonymousID string `json:"anonymous_id"`
		ID          string `json:"id"`
	} `json:"who"`
	At struct {
		URL    string `json:"url"`
		Title  string `json:"title"`
		Locale string `json:"locale"`
		Device string `json:"device"`
	} `json:"at"`
	Ask bool              `json:"ask"`
	Ops []json.RawMessage `json:"ops"`
}

type floorAnswer struct {
	Results []floorResult `json:"results"`
	Armed   []floorArmed  `json:"armed"`
	For     int           `json:"fresh_for"`
}

type floorResult struct {
	UID    string `json:"uid"`
	Status string `json:"status"`
}

type floorArmed struct {
	Survey  string `json:"survey"`
	Key     string `json:"key"`
	Trigger string `json:"trigger"`
}

// floor runs one of them until it is told to end.
func floor(args []string) error {
	if len(args) != 2 {
		return errors.New("usage: bench floor http|nothing|sqlite DIR")
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	keep := func(floorRequest, []byte) error { return nil }
	var rows *rowStore
	if args[0] == "sqlite" {
		var err error
		if rows, err = openRows(filepath.Join(args[1], "floor.db")); err != nil {
			return err
		}
		defer rows.close()
		keep = rows.keep
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /", func(w http.ResponseWriter, r *http.Request) { answerFloor(w, r, keep) })
	mux.HandleFunc("GET /readyz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /commits", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, rows.commits.Load()) })
	server := &http.Server{Handler: mux}
	fmt.Fprintln(os.Stdout, "http://"+l.Addr().String())
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
		return server.Close()
	}
}

// answerFloor reads a request, keeps it, and answers some 250 bytes.
func answerFloor(w http.ResponseWriter, r *http.Request, keep func(floorRequest, []byte) error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 64<<10))
	var in floorRequest
	if err == nil {
		err = json.Unmarshal(body, &in)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if err := keep(in, body); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	out, err := json.Marshal(floorAnswer{
		Results: []floorResult{{in.Who.ID, "ok"}}, For: 1800,
		Armed: []floorArmed{
			{"6f1c2d3e-0000-4000-8000-000000000001", "survey-0000", "event"},
			{"6f1c2d3e-0000-4000-8000-000000000002", "survey-0001", "event"},
		},
	})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(out)
}
