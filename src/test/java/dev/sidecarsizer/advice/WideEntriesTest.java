package dev.sidecarsizer.advice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.mesh.Pods;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class WideEntriesTest {

    @Test
    void namesThoseOfManyHosts() {
        assertThat(WideEntries.says(
                        "shop",
                        List.of(entry("few", 49, ""), entry("wide", 50, ""), entry("wider", 60, "exportTo: ['*'],"))))
                .containsExactly(
                        "ServiceEntry egress/wider makes 60 clusters: exportTo can keep it to those who call it",
                        "ServiceEntry egress/wide makes 50 clusters: exportTo can keep it to those who call it");
    }

    @Test
    void passesByThoseThatAreKeptFromItsNamespace() {
        List<JsonNode> kept = List.of(entry("own", 50, "exportTo: [.],"), entry("other", 50, "exportTo: [bank],"));

        assertThat(WideEntries.says("shop", kept)).isEmpty();
        assertThat(WideEntries.says("egress", kept)).singleElement().asString().contains("egress/own");
        assertThat(WideEntries.says("bank", kept)).singleElement().asString().contains("egress/other");
    }

    private static JsonNode entry(String name, int hosts, String spec) {
        return Pods.tree("{metadata: {name: " + name + ", namespace: egress}, spec: {" + spec + " hosts: ["
                + IntStream.range(0, hosts)
                        .mapToObj(i -> "h" + i + ".example.com")
                        .collect(Collectors.joining(", "))
                + "], ports: [{number: 443}]}}");
    }
}
