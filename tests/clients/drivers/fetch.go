// SPDX-License-Identifier: MIT
// Requests each URL it reads, with Go's net/http as it comes.
// A line on standard input is a URL; the answer is one line, "ok" or what went wrong.
package main

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"
)

func fetch(url string) error {
	client := http.Client{Timeout: 60 * time.Second}
	answer, err := client.Get(url)
	if err != nil {
		return err
	}
	return answer.Body.Close()
}

func main() {
	urls := bufio.NewScanner(os.Stdin)
	for urls.Scan() {
		if err := fetch(urls.Text()); err != nil {
			fmt.Println(strings.ReplaceAll(err.Error(), "\n", " "))
		} else {
			fmt.Println("ok")
		}
	}
}
