package hostroutes

// The CNI configuration of this node: the bridge plug-in with the node's
// podCIDR, and host ports.

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

const conflistName = "10-seatrial.conflist"

func conflist(podCIDR string, mtu int) []byte {
	configuration := map[string]interface{}{
		"cniVersion": "0.3.1",
		"name":       "seatrial",
		"plugins": []interface{}{
			map[string]interface{}{
				"type":        "bridge",
				"bridge":      "cni0",
				"isGateway":   true,
				"ipMasq":      false,
				"hairpinMode": true,
				"mtu":         mtu,
				"ipam": map[string]interface{}{
					"type":   "host-local",
					"ranges": [][]map[string]string{{{"subnet": podCIDR}}},
					"routes": []map[string]string{{"dst": "0.0.0.0/0"}},
				},
			},
			map[string]interface{}{
				"type":         "portmap",
				"capabilities": map[string]bool{"portMappings": true},
			},
		},
	}
	text, _ := json.MarshalIndent(configuration, "", "  ")
	return append(text, '\n')
}

// writeConflist replaces the file in one step, and reports whether it changed:
// the runtime watches the folder and must never read a half-written file.
func writeConflist(folder string, content []byte) (bool, error) {
	path := filepath.Join(folder, conflistName)
	if present, err := os.ReadFile(path); err == nil && bytes.Equal(present, content) {
		return false, nil
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return false, err
	}
	// A name without a known ending: the runtime does not look at it.
	fresh := path + ".new"
	if err := os.WriteFile(fresh, content, 0o644); err != nil {
		return false, fmt.Errorf("writing the CNI configuration: %w", err)
	}
	return true, os.Rename(fresh, path)
}
