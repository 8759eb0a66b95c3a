package succession

import (
	"errors"
	"strings"
	"testing"
)

func TestRefusal(t *testing.T) {
	for _, one := range []struct {
		pid, parent int
		first       string
		supervised  bool
		says        string
	}{
		{pid: 1, parent: 0, first: "service", says: "this is process 1"},
		{pid: 7, parent: 1, first: "tini", says: "process 1 is tini, which ends"},
		{pid: 7, parent: 1, first: "dumb-init", says: "hotpod run"},
		{pid: 7, parent: 0, first: "pause", says: "started from outside its container"},
		{pid: 7, parent: 6, supervised: true, says: "send SIGUSR2 to hotpod"},
		{pid: 7, parent: 1, first: "systemd"},
		{pid: 7, parent: 6, first: "tini"},
		{pid: 7, parent: 1},
	} {
		err := refusal(one.pid, one.parent, one.first, one.supervised)
		if one.says == "" {
			if err != nil {
				t.Errorf("%+v: %v", one, err)
			}
			continue
		}
		if !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), one.says) {
			t.Errorf("%v is no refusal that says %q", err, one.says)
		}
	}
}
