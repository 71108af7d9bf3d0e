// Command earshot is the whole product: server, set-up and survey files.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"earshot/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Run(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
