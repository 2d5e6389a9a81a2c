// Command preview serves the pages on made-up data, for whoever works on them.
package main

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"time"

	"lemniscaat/internal/web"
	"lemniscaat/internal/web/webtest"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:8099", "loopback address")
	state := flag.String("state", "gevuld", "leeg, gevuld or lang")
	flag.Parse()
	h, err := web.New(web.Deps{Service: &webtest.Fake{State: webtest.State(*state)}})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	as := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if who := r.URL.Query().Get("als"); who != "" {
			r.AddCookie(&http.Cookie{Name: "rol", Value: who})
		}
		h.ServeHTTP(w, r)
	})
	s := &http.Server{Addr: *addr, Handler: as, ReadHeaderTimeout: 5 * time.Second}
	fmt.Println("http://" + *addr)
	fmt.Fprintln(os.Stderr, s.ListenAndServe())
}
