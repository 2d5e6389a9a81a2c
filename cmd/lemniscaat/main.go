// Command lemniscaat is the working loop between policy and its execution.
package main

import (
	"os"

	"lemniscaat/internal/cli"
)

func main() { os.Exit(cli.Main()) }
