package hotpod

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

// What the supervisor tells a service through its environment.
const (
	envGeneration = "HOTPOD_GENERATION"
	envDrain      = "HOTPOD_DRAIN"
	envNotify     = "NOTIFY_SOCKET"
	envMoves      = "HOTPOD_MOVES"
	envChannel    = "HOTPOD_CHANNEL"
)

// drainDefault fits Kubernetes' default grace period of 30 s.
const drainDefault = 25 * time.Second

// Generation is the number that hotpod gave this process: 1 for the first it started, one more
// for each after that. It is 0 outside hotpod.
func Generation() int {
	generation, err := strconv.Atoi(os.Getenv(envGeneration))
	if err != nil || generation < 0 {
		return 0
	}
	return generation
}

func underHotpod() bool {
	return os.Getenv(envGeneration) != ""
}

// drainTime is how long after SIGTERM the process may live. The supervisor kills it then.
func drainTime(chosen time.Duration) (time.Duration, error) {
	if chosen > 0 {
		return chosen, nil
	}
	text := os.Getenv(envDrain)
	if text == "" {
		return drainDefault, nil
	}
	drain, err := time.ParseDuration(text)
	if err != nil || drain <= 0 {
		return 0, fmt.Errorf("hotpod: %s=%q: want a duration such as 25s", envDrain, text)
	}
	return drain, nil
}
