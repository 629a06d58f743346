package dev.sidecarsizer.config;

import java.util.List;

/** What must be known before the first pod is decided on. */
@FunctionalInterface
interface Awaited {

    /** What is still missing; empty when nothing is. */
    List<String> missing();
}
