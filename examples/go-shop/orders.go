package main

import (
	"fmt"
	"sync"
)

type line struct {
	Product int `json:"product"`
	Count   int `json:"count"`
}

type order struct {
	ID    int    `json:"id"`
	Lines []line `json:"lines"`
	Cents int    `json:"cents"`
}

// orders is this process's state. It does not outlive its generation: a real shop keeps it in a
// database, and a service that is updated while it serves has to.
type orders struct {
	mu      sync.RWMutex
	catalog *catalog
	placed  []order
}

func (o *orders) place(lines []line) (order, error) {
	if len(lines) == 0 {
		return order{}, fmt.Errorf("an order needs lines")
	}
	total := 0
	for _, l := range lines {
		p, found := o.catalog.find(l.Product)
		if !found {
			return order{}, fmt.Errorf("there is no product %d", l.Product)
		}
		if l.Count < 1 || l.Count > 1000 {
			return order{}, fmt.Errorf("product %d: count must be 1 to 1000", l.Product)
		}
		total += p.Cents * l.Count
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	placed := order{ID: len(o.placed) + 1, Lines: lines, Cents: total}
	o.placed = append(o.placed, placed)
	return placed, nil
}

func (o *orders) find(id int) (order, bool) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	if id < 1 || id > len(o.placed) {
		return order{}, false
	}
	return o.placed[id-1], true
}

func (o *orders) count() int {
	o.mu.RLock()
	defer o.mu.RUnlock()
	return len(o.placed)
}
