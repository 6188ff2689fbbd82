// Package httpecho is Seatrial's HTTP echo server: a workload for labs that
// tells which pod, node and version answered. This file starts and stops it.
package httpecho

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

const versionLine = "httpecho 1.0 (HTTP echo server, made for Seatrial)"

// Settings is what flags and environment decide.
type Settings struct {
	Port       int
	Version    string
	ReadyAfter time.Duration
	Grace      time.Duration
}

// Main runs the server until SIGTERM or SIGINT.
func Main() {
	settings, err := readSettings(os.Args[1:], os.Getenv)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "httpecho:", err)
		os.Exit(2)
	}
	if err := serve(settings); err != nil {
		fmt.Fprintln(os.Stderr, "httpecho:", err)
		os.Exit(1)
	}
}

// readSettings gives flags precedence over PORT, VERSION and READY_AFTER.
func readSettings(args []string, getenv func(string) string) (Settings, error) {
	settings := Settings{Port: 8080, Version: "1", Grace: 10 * time.Second}
	if text := getenv("PORT"); text != "" {
		port, err := strconv.Atoi(text)
		if err != nil {
			return settings, fmt.Errorf("PORT=%q is not a number", text)
		}
		settings.Port = port
	}
	if text := getenv("VERSION"); text != "" {
		settings.Version = text
	}
	if text := getenv("READY_AFTER"); text != "" {
		wait, err := time.ParseDuration(text)
		if err != nil {
			return settings, fmt.Errorf("READY_AFTER=%q is not a duration such as 10s", text)
		}
		settings.ReadyAfter = wait
	}
	flags := flag.NewFlagSet("httpecho", flag.ContinueOnError)
	flags.IntVar(&settings.Port, "port", settings.Port, "TCP port to listen on (env PORT)")
	flags.StringVar(&settings.Version, "app-version", settings.Version, "version to report (env VERSION)")
	flags.DurationVar(&settings.ReadyAfter, "ready-after", settings.ReadyAfter,
		"answer 503 on /readyz for this long after the start (env READY_AFTER)")
	flags.DurationVar(&settings.Grace, "grace", settings.Grace, "time for open requests after SIGTERM")
	showVersion := flags.Bool("version", false, "print what this program is, and exit")
	if err := flags.Parse(args); err != nil {
		return settings, err
	}
	if *showVersion {
		fmt.Println(versionLine)
		return settings, flag.ErrHelp
	}
	return settings, nil
}

func serve(settings Settings) error {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	echo := newEcho(settings, identityFromEnvironment(), time.Now())
	server := &http.Server{Handler: echo, ReadHeaderTimeout: 30 * time.Second}
	listener, err := net.Listen("tcp", fmt.Sprintf(":%d", settings.Port))
	if err != nil {
		return err
	}
	log.Printf("listening on port %d, version %s", settings.Port, settings.Version)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case caught := <-signals:
		log.Printf("%s: no new requests, open ones have %s", caught, settings.Grace)
	}
	echo.stopBeingReady()
	ctx, cancel := context.WithTimeout(context.Background(), settings.Grace)
	defer cancel()
	return server.Shutdown(ctx)
}
