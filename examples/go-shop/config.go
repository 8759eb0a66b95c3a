package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
)

//go:embed config.json
var configBuiltIn []byte

type config struct {
	Addr     string `json:"addr"`
	Title    string `json:"title"`
	Currency string `json:"currency"`
	Products int    `json:"products"`
	PageSize int    `json:"pageSize"`
}

// loadConfig reads the file that SHOP_CONFIG names, which must exist; without it config.json here,
// or what was built in. PORT replaces the address.
func loadConfig() (config, error) {
	path, chosen := os.LookupEnv("SHOP_CONFIG")
	if !chosen {
		path = "config.json"
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) && !chosen {
		text, err = configBuiltIn, nil
	}
	if err != nil {
		return config{}, err
	}
	var c config
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&c); err != nil {
		return config{}, fmt.Errorf("%s: %w", path, err)
	}
	if c.Addr == "" || c.Products < 1 || c.PageSize < 1 {
		return config{}, fmt.Errorf("%s: addr, products and pageSize are needed", path)
	}
	if port := os.Getenv("PORT"); port != "" {
		c.Addr = ":" + port
	}
	return c, nil
}
