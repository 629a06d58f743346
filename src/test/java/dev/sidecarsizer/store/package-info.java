@NullMarked
package dev.sidecarsizer.store;

import org.jspecify.annotations.NullMarked;
