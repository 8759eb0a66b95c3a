package main

import (
	"fmt"
	"slices"
	"strings"
)

type product struct {
	ID    int    `json:"id"`
	Name  string `json:"name"`
	Cents int    `json:"cents"`
}

// catalog holds the products and an index of the beginnings of their words: the work that makes a
// start of this service cost a few milliseconds.
type catalog struct {
	products []product
	byPrefix map[string][]int
}

func newCatalog(count int) *catalog {
	materials := []string{"Oak", "Steel", "Linen", "Glass", "Copper", "Cork", "Wool", "Slate"}
	things := []string{"Chair", "Lamp", "Kettle", "Blanket", "Shelf", "Clock", "Bowl", "Tray", "Vase"}
	c := &catalog{byPrefix: make(map[string][]int)}
	for i := range count {
		name := fmt.Sprintf("%s %s %03d", materials[i%len(materials)], things[i%len(things)], i+1)
		c.products = append(c.products, product{ID: i + 1, Name: name, Cents: 990 + i*7919%20000})
		for word := range strings.FieldsSeq(strings.ToLower(name)) {
			for end := 1; end <= len(word); end++ {
				c.byPrefix[word[:end]] = append(c.byPrefix[word[:end]], i)
			}
		}
	}
	return c
}

func (c *catalog) find(id int) (product, bool) {
	if id < 1 || id > len(c.products) {
		return product{}, false
	}
	return c.products[id-1], true
}

// search returns at most limit products that have a word beginning with each word of the query.
func (c *catalog) search(query string, limit int) []product {
	var hits []int
	for i, word := range strings.Fields(strings.ToLower(query)) {
		matches := c.byPrefix[word]
		if i == 0 {
			hits = slices.Clone(matches)
			continue
		}
		hits = slices.DeleteFunc(hits, func(hit int) bool {
			_, found := slices.BinarySearch(matches, hit)
			return !found
		})
	}
	found := make([]product, 0, limit)
	for _, hit := range hits[:min(limit, len(hits))] {
		found = append(found, c.products[hit])
	}
	if strings.TrimSpace(query) == "" {
		found = append(found, c.products[:min(limit, len(c.products))]...)
	}
	return found
}

// Price is for templates.
func (p product) Price() float64 { return float64(p.Cents) / 100 }
