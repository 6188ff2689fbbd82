package crictl

import (
	"bytes"
	"strings"
	"testing"
	"time"

	cri "k8s.io/cri-api/pkg/apis/runtime/v1alpha2"
)

const digest = "sha256:5acbcdc554c258427b0e7c31360c7f75bec71ede0c4594f8fb44a7ecaa4bf013"

func printed(t *testing.T, table *table) string {
	t.Helper()
	var out bytes.Buffer
	if err := table.print(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestContainersAreShownInTheRealProgramsColumns(t *testing.T) {
	container := &cri.Container{
		Id: strings.Repeat("ab", 32), PodSandboxId: strings.Repeat("cd", 32), Metadata: &cri.ContainerMetadata{Name: "web", Attempt: 2},
		Image: &cri.ImageSpec{Image: digest}, State: cri.ContainerState_CONTAINER_RUNNING,
		CreatedAt: time.Now().Add(-3 * time.Minute).UnixNano(),
	}
	want := "CONTAINER           IMAGE               CREATED             STATE               NAME                ATTEMPT             POD ID\n" +
		"ababababababa       5acbcdc554c25       3 minutes ago       Running             web                 2                   cdcdcdcdcdcdc\n"
	if got := printed(t, containerTable([]*cri.Container{container}, false)); got != want {
		t.Errorf("got\n%s", got)
	}
	if got := printed(t, containerTable([]*cri.Container{container}, true)); !strings.Contains(got, digest) {
		t.Errorf("--no-trunc cut something:\n%s", got)
	}
}

func TestAnImageHasALineForEachOfItsTagsAndOneWithoutAny(t *testing.T) {
	tagged := &cri.Image{Id: digest, RepoTags: []string{"k8s.gcr.io/pause:3.2", "localhost:5000/pause:new"}, Size_: 683000}
	bare := &cri.Image{Id: digest, RepoDigests: []string{"quay.io/x@" + digest}}
	got := printed(t, imageTable([]*cri.Image{tagged, bare}, true, false))
	for _, want := range []string{
		"k8s.gcr.io/pause       3.2                 <none>              5acbcdc554c25       683kB",
		"localhost:5000/pause   new ", "quay.io/x              <none>              5acbcdc554c25       5acbcdc554c25       0B",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
}

func TestStatsLeaveOutWhatDoesNotRun(t *testing.T) {
	look := func(nanoseconds, used uint64) *cri.ContainerStats {
		return &cri.ContainerStats{
			Attributes: &cri.ContainerAttributes{Id: "runs"},
			Cpu:        &cri.CpuUsage{Timestamp: int64(nanoseconds), UsageCoreNanoSeconds: &cri.UInt64Value{Value: used}},
			Memory:     &cri.MemoryUsage{WorkingSetBytes: &cri.UInt64Value{Value: 2_000_000}},
		}
	}
	gone := &cri.ContainerStats{Attributes: &cri.ContainerAttributes{Id: "gone"}}
	after := []*cri.ContainerStats{look(2e9, 6e8), gone}
	got := printed(t, statsTable([]*cri.ContainerStats{look(1e9, 1e8)}, after, false))
	if !strings.Contains(got, "runs                50.00               2MB") || strings.Contains(got, "gone") {
		t.Errorf("got\n%s", got)
	}
	if got := printed(t, statsTable(nil, after, true)); !strings.Contains(got, "gone                0.00") {
		t.Errorf("got\n%s", got)
	}
}

func TestInformationOfTheRuntimeJoinsTheStatusAsJSON(t *testing.T) {
	got, err := joinInfo(`{"state":"READY"}`, map[string]string{"pid": "42", "note": "not \"JSON\""})
	if err != nil {
		t.Fatal(err)
	}
	want := "{\n  \"status\": {\n    \"state\": \"READY\"\n  },\n  \"note\": \"not \\\"JSON\\\"\",\n  \"pid\": 42\n}"
	if string(got) != want {
		t.Errorf("got %s", got)
	}
}

func TestTimesOfAContainerAreReadable(t *testing.T) {
	status := &cri.ContainerStatus{Id: "a", CreatedAt: time.Date(2021, 1, 2, 3, 4, 5, 6, time.Local).UnixNano()}
	got, err := readableTimes(status, "createdAt")
	if err != nil || !strings.Contains(got, `"createdAt": "2021-01-02T03:04:05.000000006`) {
		t.Errorf("error %v, got %s", err, got)
	}
}
