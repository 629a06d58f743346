package dev.sidecarsizer.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes histories of four weeks, of the workloads that {@code bench/audit-page/profiles.py} makes up, as files.
 *
 * <p>Arguments: workloads, folder.
 */
final class HistoryFiles {

    private static final int A_FILE = 100;

    private HistoryFiles() {}

    public static void main(String[] args) throws IOException {
        int workloads = Integer.parseInt(args[0]);
        Path folder = Path.of(args[1]);
        List<String> histories = WhatIfBench.histories();
        for (int first = 0; first < workloads; first += A_FILE) {
            Files.writeString(
                    folder.resolve("histories-" + first + ".json"),
                    IntStream.range(first, Math.min(first + A_FILE, workloads))
                            .mapToObj(number -> history(number, histories.get(number % histories.size())))
                            .collect(Collectors.joining("\n")));
        }
    }

    private static String history(int number, String data) {
        return """
                {"apiVersion": "sidecar-sizer.dev/v1alpha1", "kind": "SidecarHistory",
                "metadata": {"name": "app-%1$d", "namespace": "bench-%2$d"},
                "spec": {"workload": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "app-%1$d"}},
                "data": "%3$s"}"""
                .formatted(number, number % 10, data);
    }
}
