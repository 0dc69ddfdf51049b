// Command tre-check decides whether a folder of results may leave a trusted
// research environment.
package main

import (
	"os"

	"tre-toolkit/cmd/tre-check/command"
	"tre-toolkit/internal/cli"
)

func main() { os.Exit(cli.Main(command.Run)) }
