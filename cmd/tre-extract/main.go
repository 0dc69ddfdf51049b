// Command tre-extract loads deliveries into a trusted research environment,
// freezes who is linked, makes cohort metrics that are safe to show, builds
// project extracts and cites the data.
package main

import (
	"os"

	"tre-toolkit/internal/cli"
)

func main() { os.Exit(cli.Main(run)) }
