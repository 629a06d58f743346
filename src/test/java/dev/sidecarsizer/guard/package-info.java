@NullMarked
package dev.sidecarsizer.guard;

import org.jspecify.annotations.NullMarked;
