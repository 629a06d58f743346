@NullMarked
package dev.sidecarsizer.collect.prometheus;

import org.jspecify.annotations.NullMarked;
