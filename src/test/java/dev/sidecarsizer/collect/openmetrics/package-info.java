@NullMarked
package dev.sidecarsizer.collect.openmetrics;

import org.jspecify.annotations.NullMarked;
