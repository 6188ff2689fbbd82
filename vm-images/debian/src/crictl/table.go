package crictl

// Tables, and the short forms that they show: identifiers, ages, sizes.

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/docker/go-units"
)

const shortIDLength = 13

type table struct{ lines []string }

func newTable(columns ...string) *table {
	t := &table{}
	t.row(columns...)
	return t
}

func (t *table) row(cells ...string) { t.lines = append(t.lines, strings.Join(cells, "\t")) }

func (t *table) print(out io.Writer) error {
	writer := tabwriter.NewWriter(out, 20, 1, 3, ' ', 0)
	for _, line := range t.lines {
		fmt.Fprintln(writer, line)
	}
	return writer.Flush()
}

// shortID cuts an identifier, and the digest's algorithm off it.
func shortID(id string, whole bool) string {
	if whole {
		return id
	}
	id = strings.TrimPrefix(id, "sha256:")
	if len(id) > shortIDLength {
		return id[:shortIDLength]
	}
	return id
}

// shortImage shortens identifiers and leaves names alone.
func shortImage(image string, whole bool) string {
	if strings.HasPrefix(image, "sha256:") {
		return shortID(image, whole)
	}
	return image
}

// ago says how long ago a time in nanoseconds was.
func ago(nanoseconds int64) string {
	return units.HumanDuration(time.Now().UTC().Sub(time.Unix(0, nanoseconds))) + " ago"
}

func size(bytes uint64) string { return units.HumanSizeWithPrecision(float64(bytes), 3) }
