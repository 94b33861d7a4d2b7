// Writes the blocks of a Prometheus that has watched a cluster: cAdvisor's counters and gauges, and what kube-state-metrics says of each pod.
// blocks DIR CONTAINERS DAYS STEP_SECONDS END_MS STATES: one container a pod, one pod a Deployment, 50 Deployments a namespace. STATES is `few` for what KRR asks
// of kube-state-metrics, `all` for what tonnage does. The same arguments give the same samples.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"math/rand"
	"os"
	"strconv"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb"
)

const day = 86_400_000

func main() {
	dir := os.Args[1]
	containers, days, step, end := number(2), number(3), number(4)*1000, number(5)
	start := end - days*day
	// Three days a block, as after compaction; the writer must be told of more than twice that, or takes the second series for late.
	for from := start; from < end; from += 3 * day {
		to := min(from+3*day, end)
		writer, err := tsdb.NewBlockWriter(slog.New(slog.DiscardHandler), dir, 8*day)
		check(err)
		for at := int64(0); at < containers; at++ {
			writeContainer(writer, at, start, from, to, step)
		}
		_, err = writer.Flush(context.Background())
		check(err)
		check(writer.Close())
	}
}

func writeContainer(writer *tsdb.BlockWriter, at, start, from, to, step int64) {
	namespace, app := fmt.Sprintf("team-%02d", at/50), fmt.Sprintf("app-%04d", at)
	replicaSet := app + "-7d4b9c6f58"
	pod := replicaSet + "-" + strconv.FormatInt(100000+at, 36)
	uid := fmt.Sprintf("%08x-0000-4000-8000-%012x", at, at)
	node := fmt.Sprintf("ip-10-0-%d-%d.eu-west-1.compute.internal", at/400, at/20%20)
	appender := writer.Appender(context.Background())

	// Use: a daily wave, noise, and a peak now and then; the counter goes on over the blocks, since it is counted from the same seed.
	random := rand.New(rand.NewSource(at + 1))
	size := 0.02 * math.Pow(200, random.Float64())
	memory := 32 * 1048576 * math.Pow(64, random.Float64())
	container := []string{"namespace", namespace, "pod", pod, "container", "app", "job", "kubelet", "metrics_path", "/metrics/cadvisor", "node", node, "instance", node + ":10250",
		"id", "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" + uid + ".slice/cri-containerd-" + uid + ".scope", "name", uid, "image", "registry.example/" + app + ":1"}
	cpu, set := metric("container_cpu_usage_seconds_total", container), metric("container_memory_working_set_bytes", container)
	var cpuRef, setRef storage.SeriesRef
	total := 0.0
	for t := start; t < to; t += step {
		wave := 0.6 + 0.4*math.Sin(2*math.Pi*float64(t%day)/day)
		rate := size * wave * (0.7 + 0.6*random.Float64())
		if random.Intn(500) == 0 {
			rate *= 4
		}
		total += rate * float64(step) / 1000
		held := math.Floor(memory*(0.9+0.1*wave+0.02*random.Float64())/4096) * 4096
		if t < from {
			continue
		}
		cpuRef = add(appender, cpuRef, cpu, t, total)
		setRef = add(appender, setRef, set, t, held)
	}

	ksm := []string{"job", "kube-state-metrics", "instance", "10.0.0.9:8080", "namespace", namespace}
	inPod := append(ksm[:len(ksm):len(ksm)], "pod", pod, "uid", uid)
	inContainer := append(inPod[:len(inPod):len(inPod)], "container", "app")
	created := float64(start/1000 - 600)
	constant := func(name string, value float64, base []string, more ...string) {
		var ref storage.SeriesRef
		series := metric(name, append(base[:len(base):len(base)], more...))
		for t := from; t < to; t += step {
			ref = add(appender, ref, series, t, value)
		}
	}
	constant("kube_pod_owner", 1, inPod, "owner_kind", "ReplicaSet", "owner_name", replicaSet, "owner_is_controller", "true")
	constant("kube_replicaset_owner", 1, ksm, "replicaset", replicaSet, "owner_kind", "Deployment", "owner_name", app, "owner_is_controller", "true")
	constant("kube_pod_status_phase", 1, inPod, "phase", "Running")
	if os.Args[6] == "few" {
		check(appender.Commit())
		return
	}
	constant("kube_pod_info", 1, inPod, "node", node, "host_ip", "10.0.0.1", "pod_ip", "10.0.0.2", "created_by_kind", "ReplicaSet", "created_by_name", replicaSet)
	constant("kube_pod_created", created, inPod)
	constant("kube_pod_status_scheduled_time", created+1, inPod)
	constant("kube_pod_status_ready_time", created+12, inPod)
	for _, phase := range []string{"Pending", "Succeeded", "Failed", "Unknown"} {
		constant("kube_pod_status_phase", 0, inPod, "phase", phase)
	}
	constant("kube_pod_container_info", 1, inContainer, "image", "registry.example/"+app+":1", "container_id", "containerd://"+uid)
	constant("kube_pod_container_status_restarts_total", 0, inContainer)
	for _, kind := range []string{"requests", "limits"} {
		constant("kube_pod_container_resource_"+kind, size*2, inContainer, "resource", "cpu", "unit", "core", "node", node)
		constant("kube_pod_container_resource_"+kind, memory*2, inContainer, "resource", "memory", "unit", "byte", "node", node)
	}
	constant("kube_deployment_spec_replicas", 1, ksm, "deployment", app)
	constant("kube_deployment_status_replicas_ready", 1, ksm, "deployment", app)
	check(appender.Commit())
}

func metric(name string, pairs []string) labels.Labels {
	return labels.FromStrings(append([]string{"__name__", name}, pairs...)...)
}

func add(appender storage.Appender, ref storage.SeriesRef, series labels.Labels, t int64, value float64) storage.SeriesRef {
	ref, err := appender.Append(ref, series, t, value)
	check(err)
	return ref
}

func number(at int) int64 {
	value, err := strconv.ParseInt(os.Args[at], 10, 64)
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
