// Feeds one workload's memory series to the recommender's own model, and prints what it would recommend.
//
// Standard input, in the order of time: "sample,<second>,<pod>,<bytes>", "kill,<second>,<pod>,<bytes requested>", and
// "ask,<second>", which is answered by a line with the target in bytes. Each pod has the proxy and an application.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	vpa_types "k8s.io/autoscaler/vertical-pod-autoscaler/pkg/apis/autoscaling.k8s.io/v1"
	"k8s.io/autoscaler/vertical-pod-autoscaler/pkg/recommender/config"
	"k8s.io/autoscaler/vertical-pod-autoscaler/pkg/recommender/logic"
	"k8s.io/autoscaler/vertical-pod-autoscaler/pkg/recommender/model"
)

const (
	namespace   = "shop"
	name        = "reviews"
	proxy       = "istio-proxy"
	application = "app"
)

func main() {
	cluster := model.NewClusterState(time.Hour)
	podLabels := labels.Set{"app": name}
	object := &vpa_types.VerticalPodAutoscaler{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	must(cluster.AddOrUpdateVpa(object, podLabels.AsSelector()))
	recommender := logic.CreatePodResourceRecommender(defaults())
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		fields := strings.Split(lines.Text(), ",")
		at := time.Unix(number(fields[1]), 0)
		if fields[0] == "ask" {
			vpa := cluster.VPAs()[model.VpaID{Namespace: namespace, VpaName: name}]
			recommended := recommender.GetRecommendedPodResources(vpa.AggregateStateByContainerName())
			fmt.Println(recommended[proxy].Target[model.ResourceMemory])
			continue
		}
		pod := model.PodID{Namespace: namespace, PodName: fields[2]}
		container := model.ContainerID{PodID: pod, ContainerName: proxy}
		memory := model.ResourceAmount(number(fields[3]))
		if cluster.GetContainer(container) == nil {
			cluster.AddOrUpdatePod(pod, podLabels, corev1.PodRunning)
			for _, each := range []string{application, proxy} {
				must(cluster.AddOrUpdateContainer(model.ContainerID{PodID: pod, ContainerName: each}, nil))
			}
		}
		if fields[0] == "kill" {
			must(cluster.RecordOOM(container, at, memory))
			continue
		}
		must(cluster.AddSample(&model.ContainerUsageSampleWithKey{
			ContainerUsageSample: model.ContainerUsageSample{
				MeasureStart: at, Usage: memory, Resource: model.ResourceMemory},
			Container: container,
		}))
	}
	must(lines.Err())
}

func defaults() logic.RecommendationConfig {
	flags := config.DefaultRecommenderConfig()
	return logic.RecommendationConfig{
		SafetyMarginFraction:       flags.SafetyMarginFraction,
		PodMinCPUMillicores:        flags.PodMinCPUMillicores,
		PodMinMemoryMb:             flags.PodMinMemoryMb,
		TargetCPUPercentile:        flags.TargetCPUPercentile,
		LowerBoundCPUPercentile:    flags.LowerBoundCPUPercentile,
		UpperBoundCPUPercentile:    flags.UpperBoundCPUPercentile,
		ConfidenceIntervalCPU:      flags.ConfidenceIntervalCPU,
		TargetMemoryPercentile:     flags.TargetMemoryPercentile,
		LowerBoundMemoryPercentile: flags.LowerBoundMemoryPercentile,
		UpperBoundMemoryPercentile: flags.UpperBoundMemoryPercentile,
		ConfidenceIntervalMemory:   flags.ConfidenceIntervalMemory,
	}
}

func number(text string) int64 {
	value, err := strconv.ParseInt(text, 10, 64)
	must(err)
	return value
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
